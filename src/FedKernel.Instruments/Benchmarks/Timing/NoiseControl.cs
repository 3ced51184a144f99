// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>The same work twice in each round (A/A): what differs is the machine.</summary>
/// <param name="Ratio">Median and interval of first over second.</param>
/// <param name="Margin">What a verdict must be able to tell apart, relative.</param>
internal sealed record NoiseControl(MedianInterval Ratio, double Margin)
{
    /// <summary>True if the interval is wider than the margin to either side, or misses 1 by more: no verdict on this machine now.</summary>
    public bool IsTooNoisy => !(Ratio.High - Ratio.Low <= 2 * Margin) || Ratio.Low > 1 + Margin || Ratio.High < 1 - Margin;

    public static NoiseControl From(CaseSamples first, CaseSamples second, double margin, double alpha = 0.05) =>
        new(OrderStatistics.Median(first.SpeedOver(second), alpha), margin);
}
