// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>
/// The largest magnitudes of every tensor, each with a budget of its own, at least one. Biased; ‖C(x) − x‖² ≤ (1 − share)‖x‖².
/// </summary>
public sealed class TopKPerTensorSparsifier : Sparsifier
{
    private readonly double _share;
    private readonly KeptShare _kept;

    /// <summary>Keeps a share of each tensor.</summary>
    /// <param name="share">In (0, 1).</param>
    public TopKPerTensorSparsifier(double share) => (_share, _kept) = (share, KeptShare.Of(share));

    /// <inheritdoc/>
    public override SparsifierKind Kind => SparsifierKind.TopKPerTensor;

    /// <inheritdoc/>
    public override string Name => $"topklayer:{_kept}";

    /// <inheritdoc/>
    public override StageTraits Describe(long length)
    {
        Throw.IfNotInRange(length, 1, SparseVector.MaximumLength);
        return new(false, 1 - _share, false);
    }

    /// <inheritdoc/>
    public override long MaximumCount(ParameterLayout layout)
    {
        _ = Selection.LengthOf(layout);
        return layout.Slots.Sum(s => _kept.CountOf(s.Length));
    }

    /// <inheritdoc/>
    public override SparseVector Select(DeviceBuffer<float> source, EncodingContext context)
    {
        Selection.Check(source, context);
        SparseVector kept = Selection.Allocate(source.Device, source.Length, MaximumCount(context.Layout));
        long start = 0;
        foreach (ParameterSlot slot in context.Layout.Slots)
        {
            long count = _kept.CountOf(slot.Length);
            source.Device.SelectLargest(
                source.Slice(slot.Offset, slot.Length), kept.Indices.Slice(start, count), kept.Values.Slice(start, count), slot.Offset);
            start += count;
        }

        return Selection.Finite(source, kept);
    }
}
