// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>
/// The blocks of largest Euclidean norm, whole, of equal norms those of the lowest indices. Biased; with k of n blocks kept
/// ‖C(x) − x‖² ≤ (1 − k/n)‖x‖².
/// </summary>
/// <remarks>
/// Norms are those of values over the largest magnitude, as float32 of a float64 sum: blocks below 2⁻⁷⁴ of it count as equal. The last
/// block may be shorter than the others.
/// </remarks>
public sealed class BlockTopKSparsifier : Sparsifier
{
    private readonly double _share;
    private readonly KeptShare _kept;
    private readonly int _block;

    /// <summary>Keeps a share of the blocks.</summary>
    /// <param name="share">In (0, 1).</param>
    /// <param name="block">Elements of a block, 2 to 65536.</param>
    public BlockTopKSparsifier(double share, int block)
    {
        Throw.IfNotInRange(block, 2, 1 << 16);
        (_share, _kept, _block) = (share, KeptShare.Of(share), block);
    }

    /// <inheritdoc/>
    public override SparsifierKind Kind => SparsifierKind.BlockTopK;

    /// <inheritdoc/>
    public override string Name => $"blocktopk:{_kept},{_block}";

    /// <inheritdoc/>
    public override StageTraits Describe(long length)
    {
        double blocks = Blocks(length);
        return new(false, 1 - (_kept.CountOf((long)blocks) / blocks), false);
    }

    /// <inheritdoc/>
    public override long MaximumCount(ParameterLayout layout)
    {
        long length = Selection.LengthOf(layout);
        return Math.Min(length, _kept.CountOf(Blocks(length)) * _block);
    }

    /// <inheritdoc/>
    public override SparseVector Select(DeviceBuffer<float> source, EncodingContext context)
    {
        Selection.Check(source, context);
        FiniteValues.Require(source);
        long length = source.Length, blocks = Blocks(length);
        using DeviceBuffer<float> norms = SquaredNorms(source, blocks);
        using SparseVector largest = Selection.Largest(norms, _kept.CountOf(blocks));
        uint[] chosen = largest.Indices.ToArray();
        bool hasLast = chosen[^1] == blocks - 1;
        var indices = new uint[((chosen.Length - 1L) * _block) + (hasLast ? length - ((blocks - 1) * _block) : _block)];
        for (long i = 0; i < indices.Length; i++)
        {
            indices[i] = (uint)((chosen[i / _block] * (long)_block) + (i % _block));
        }

        return Selection.At(source, indices);
    }

    private long Blocks(long length)
    {
        Throw.IfNotInRange(length, 1, SparseVector.MaximumLength);
        return (length + _block - 1) / _block;
    }

    private DeviceBuffer<float> SquaredNorms(DeviceBuffer<float> source, long blocks)
    {
        Device device = source.Device;
        DeviceBuffer<float> norms = device.Allocate<float>(blocks);
        double largest = device.Reduce(source, new MaxAbs());
        var op = new FirstOnlyReduce<ScaledSquaredL2Norm>(new ScaledSquaredL2Norm(largest == 0 ? 0 : 1 / largest));
        long whole = source.Length / _block, rest = source.Length % _block;
        Reduce(source, 0, whole, _block);
        Reduce(source, whole * _block, rest > 0 ? 1 : 0, rest);
        return norms;

        void Reduce(DeviceBuffer<float> x, long start, long rows, long columns)
        {
            if (rows > 0)
            {
                var matrix = new DeviceMatrix(x.Slice(start, rows * columns), (int)rows, (int)columns);
                device.ReduceRows(matrix, x.Slice(0, columns), norms.Slice(start / _block, rows), op);
            }
        }
    }
}
