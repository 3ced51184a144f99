// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>Words that every element of a kernel reads, wherever the device keeps them.</summary>
public interface IWordTable
{
    /// <summary>Word <paramref name="index"/>. The index must not depend on anything secret.</summary>
    uint Word(int index);
}
