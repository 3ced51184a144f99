// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>How a set of indices is written. A number is never used for another one.</summary>
public enum IndexCoding : byte
{
    /// <summary>Not at all: both ends know them.</summary>
    None = 0,

    /// <summary>One bit for each element of the vector.</summary>
    Bitmap = 1,

    /// <summary>Golomb–Rice codes of the gaps, the parameter chosen from the density.</summary>
    Rice = 2,

    /// <summary>Elias–Fano: upper bits in unary, lower bits as they are; random access.</summary>
    EliasFano = 3,
}
