// SPDX-License-Identifier: Apache-2.0
// Sampled threshold · Y. Lin et al., "Deep gradient compression", ICLR 2018, section 3.2 (hierarchical threshold selection).
// Parameters: a share in (0, 1).
// Different here: one sample and one pass; what exceeds twice the share is cut by an exact selection, so a receiver knows a bound.
using FedKernel.Devices;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>
/// About k elements: those from a magnitude on that a sample has at rank k/d. At least 1 and at most 2k. Biased; the largest is kept, so
/// ‖C(x) − x‖² ≤ (1 − 1/d)‖x‖². The sample follows from the seed of the context.
/// </summary>
/// <param name="share">How many.</param>
public sealed class SampledThresholdSparsifier(KeptShare share) : Sparsifier
{
    // The rank in the sample that gives the threshold: its relative deviation is 1/16.
    private const int Rank = 256;
    private const int MostSampled = 1 << 18;

    /// <inheritdoc/>
    public override SparsifierKind Kind => SparsifierKind.SampledThreshold;

    /// <inheritdoc/>
    public override string Name => $"sampled:{share}";

    /// <inheritdoc/>
    public override StageTraits Describe(long length)
    {
        _ = share.CountOf(length);
        return new(false, 1 - (1.0 / length), false);
    }

    /// <inheritdoc/>
    public override long MaximumCount(ParameterLayout layout)
    {
        long length = Selection.LengthOf(layout);
        return Math.Min(length, 2 * share.CountOf(length));
    }

    /// <inheritdoc/>
    public override SparseVector Select(DeviceBuffer<float> source, EncodingContext context)
    {
        Selection.Check(source, context);
        long most = MaximumCount(context.Layout);
        float threshold = SampleThreshold(source, context.Seed);
        if (!float.IsFinite(threshold))
        {
            FiniteValues.Require(source);
        }

        source.Device.SelectAtLeast(source, threshold, out DeviceBuffer<uint> indices, out DeviceBuffer<float> values);
        SparseVector kept = Selection.Finite(source, new SparseVector(source.Length, indices, values));
        if (kept.Count <= most)
        {
            return kept;
        }

        kept.Dispose();
        return Selection.Largest(source, most);
    }

    private float SampleThreshold(DeviceBuffer<float> source, SharedSeed seed)
    {
        Device device = source.Device;
        long d = source.Length, k = share.CountOf(d);
        int sampled = (int)Math.Min(Math.Min(MostSampled, d), (Rank * d / k) + 1);
        long rank = Math.Max(1, (long)Math.Round((double)sampled * k / d));
        var words = new StreamWordReader(seed.Stream(StreamPurpose.IndexSet));
        var places = new uint[sampled];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = words.NextBelow((uint)d);
        }

        using SparseVector sample = Selection.At(source, places);
        using SparseVector largest = Selection.Allocate(device, sampled, rank);
        device.SelectLargest(sample.Values, largest.Indices, largest.Values);
        return largest.Values.ToArray().Min(Math.Abs);
    }
}
