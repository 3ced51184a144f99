// SPDX-License-Identifier: Apache-2.0
// Exact weighted mean by fixed-point accumulation.
// Integers add exactly and in any order: the same updates give the same bits whatever the order of arrival, the number of
// threads or the device. Compare A. Bonawitz et al., "Practical secure aggregation", CCS 2017, section 4, which needs integers
// for another reason; here the grid is fine enough that the float32 result is the rounded true mean (see FixedPointRange).
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Aggregation;

/// <summary>The weighted mean, the same bits for any order of the clients; 8 bytes of sum for each element.</summary>
public sealed partial class ExactMean : StreamingMean
{
    // Weights are multiples of 2⁻⁶⁰ after rounding to 29 significant bits; 2²⁴ of at most 2³² fit 128 bits.
    private const int WeightFractionBits = 60;

    private readonly DeviceBuffer<long> _sums;
    private Int128 _totalWeight;

    /// <summary>An empty mean.</summary>
    /// <param name="device">Where the sums lie.</param>
    /// <param name="length">Elements of an update, at least 1.</param>
    /// <param name="range">The range that the plan declares; what leaves it is refused.</param>
    public ExactMean(Device device, long length, FixedPointRange range)
        : base(device, length)
    {
        ArgumentNullException.ThrowIfNull(range);
        Range = range;
        _sums = device.Allocate<long>(length);
    }

    /// <summary>The range that the plan declares.</summary>
    public FixedPointRange Range { get; }

    /// <inheritdoc/>
    public override double TotalWeight => Math.ScaleB((double)_totalWeight, -WeightFractionBits);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _sums.Dispose();
    }

    private protected override string? RefusalOf(double largestMagnitude) =>
        double.IsInfinity(largestMagnitude)
            ? "it holds NaN or infinity; every value must be finite"
            : largestMagnitude > Range.MaximumMagnitude
                ? $"its largest magnitude is {largestMagnitude}; the plan allows {Range.MaximumMagnitude}"
                : null;

    private protected override string? RefusalOfWeight(double weight) =>
        weight < FixedPointRange.SmallestWeight || weight > Range.MaximumWeight
            ? $"its weight is {weight}; the plan allows {FixedPointRange.SmallestWeight} to {Range.MaximumWeight}"
            : ClientCount >= Range.MaximumClientCount
                ? $"the plan allows {Range.MaximumClientCount} clients and all have come"
                : null;

    private protected override void FoldCore(DeviceBuffer<float> part, long start, double weight)
    {
        Device.Accumulate(part, _sums.Slice(start, part.Length), new FixedPointAccumulate(ScaleOf(weight)));
    }

    private protected override void FoldCore(IEncodedUpdate update, double weight) =>
        update.AccumulateTo(_sums, new FixedPointAccumulate(ScaleOf(weight)));

    private double ScaleOf(double weight) => Math.ScaleB(FixedPointRange.RoundWeight(weight), Range.FractionBits);

    private protected override void AddWeight(double weight) =>
        _totalWeight += (Int128)Math.ScaleB(FixedPointRange.RoundWeight(weight), WeightFractionBits);

    private protected override void ResolveCore(DeviceBuffer<float> destination, long start) =>
        Device.Resolve(
            _sums.Slice(start, destination.Length), destination, new FixedPointResolve(1 / Math.ScaleB(TotalWeight, Range.FractionBits)));
}
