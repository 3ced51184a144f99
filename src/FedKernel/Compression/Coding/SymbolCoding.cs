// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>How a quantizer's codes are written. A number is never used for another one.</summary>
public enum SymbolCoding : byte
{
    /// <summary>As they are, bit-packed.</summary>
    Packed = 0,

    /// <summary>Range coding (rANS) with a table of frequencies in front.</summary>
    Rans = 1,
}
