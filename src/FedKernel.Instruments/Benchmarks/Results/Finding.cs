// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>A number that is no time: an error, a size, a count.</summary>
/// <param name="Measure">Name.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="AtMost">The bar, if there is one.</param>
internal sealed record Finding(string Measure, double Value, string Unit, double? AtMost = null)
{
    /// <summary>Largest relative distance from <see cref="Table"/>.</summary>
    public const double Tolerance = 0.01;

    /// <summary>What theory or a published table says it is, if either does.</summary>
    public double? Table { get; init; }

    /// <summary>|value / table − 1|; null without a table.</summary>
    public double? Deviation => Table is { } table ? Math.Abs((Value / table) - 1) : null;

    /// <summary>Whether bar and table hold; null where there is neither.</summary>
    public bool? Pass => AtMost is null && Table is null
        ? null
        : (AtMost is not { } most || Value <= most) && (Deviation is not { } off || off <= Tolerance);
}
