// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Compression.Quantizers;

/// <summary>How a vector is cut into blocks that are rotated each by itself.</summary>
/// <remarks>
/// Blocks of 2¹⁶: 256 KB stay in the second cache of a core for all stages, a scale for each costs 0.0005 bits a value, and a rotated
/// value is a sum of enough terms to be normal. One rotation of the whole vector would have to fill it up to a power of two, almost
/// doubling it at worst; so only the rest behind the last whole block is filled up, with zeros.
/// </remarks>
/// <param name="Length">d.</param>
/// <param name="LeastStages">Log2 of the shortest block that the rest is filled up to.</param>
internal readonly record struct RotationPlan(long Length, int LeastStages)
{
    /// <summary>Log2 of a block.</summary>
    public const int BlockStages = 16;

    /// <summary>Values of a whole block.</summary>
    public const long Block = 1L << BlockStages;

    /// <summary>Blocks.</summary>
    public long Count => (Length + Block - 1) / Block;

    /// <summary>Values of all blocks: d and the zeros behind it.</summary>
    public long Padded => Length == 0 ? 0 : ((Count - 1) * Block) + (1L << Stages(Count - 1));

    /// <summary>Values of the vector in a block.</summary>
    public long Used(long block) => Math.Min(Block, Length - (block * Block));

    /// <summary>Log2 of a block.</summary>
    public int Stages(long block) => Math.Max(LeastStages, BitOperations.Log2((2 * (ulong)Used(block)) - 1));
}
