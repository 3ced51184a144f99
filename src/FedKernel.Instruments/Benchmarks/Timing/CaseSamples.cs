// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>What one launch measured of one case.</summary>
/// <param name="Name">Name of the case.</param>
/// <param name="Batch">Calls within a sample.</param>
/// <param name="Seconds">Of one call, by round; NaN where the round had no sample or its sample was tagged.</param>
/// <param name="Tagged">Samples that left because something else had the processor: steal, throttle.</param>
/// <param name="Failure">What was wrong with a result, or null.</param>
[method: JsonConstructor]
internal sealed record CaseSamples(string Name, int Batch, double[] Seconds, int Tagged, string? Failure)
{
    /// <summary>Samples that count.</summary>
    [JsonIgnore]
    public IEnumerable<double> Valid => Seconds.Where(s => !double.IsNaN(s));

    /// <summary>The median of one call, in seconds.</summary>
    public MedianInterval Median(double alpha = 0.05) => OrderStatistics.Median(Seconds, alpha);

    /// <summary>Round by round, how many times as long the other took: above 1 where this is faster.</summary>
    public IEnumerable<double> SpeedOver(CaseSamples other) => Seconds.Zip(other.Seconds, (own, others) => others / own);
}
