// SPDX-License-Identifier: Apache-2.0
// FLamby (J. Ogier du Terrail et al., NeurIPS 2022), flamby/dp_example/results_fed_heart_disease.csv: FedAvg with Opacus on the
// clients, mean over the centres' test sets and five seeds. Where the file has several δ, the range over them is given.
namespace FedKernel.Cli.Reports;

/// <summary>A published accuracy.</summary>
/// <param name="Epsilon">ε.</param>
/// <param name="Low">The lowest over δ.</param>
/// <param name="High">The highest over δ.</param>
internal readonly record struct PublishedPoint(double Epsilon, double Low, double High)
{
    public override string ToString() => Low == High
        ? FormattableString.Invariant($"{Low:0.000}")
        : FormattableString.Invariant($"{Low:0.000} to {High:0.000}");
}

/// <summary>What the heart study is compared with.</summary>
internal static class PublishedHeartPrivacy
{
    public static PublishedPoint NoPrivacy { get; } = new(double.PositiveInfinity, 0.7125, 0.7125);

    public static IReadOnlyList<PublishedPoint> Points { get; } =
    [
        new(0.1, 0.6056, 0.6056),
        new(1, 0.6853, 0.6853),
        new(5, 0.700, 0.705),
        new(10, 0.698, 0.700),
        new(50, 0.6995, 0.7036),
        NoPrivacy,
    ];

    public static PublishedPoint? At(double epsilon) => Points.Any(p => p.Epsilon == epsilon) ? Points.First(p => p.Epsilon == epsilon) : null;
}
