// SPDX-License-Identifier: Apache-2.0
// χ² over bins of at least ten expected samples; Kolmogorov–Smirnov at the edges of the bins, where the law is discrete and the p-value of
// the continuous case (M. Stephens' correction) is an upper bound: both alarm at most as often as they say.
namespace FedKernel.Instruments.Statistics;

/// <summary>One test of samples.</summary>
/// <param name="Name">Lower case, for reports.</param>
/// <param name="PValue">How often a right sampler does worse.</param>
internal sealed record FitResult(string Name, double PValue);

/// <summary>Collects integers that should be independent samples of a discrete Gaussian, and tests whether they are.</summary>
/// <param name="sigma">σ.</param>
internal sealed class DiscreteGaussianFit(double sigma)
{
    /// <summary>Elements of the same step of the stream are 16 apart: they share the draws of the rest.</summary>
    private const int StepLag = 16;

    private const double LeastExpected = 10;

    private readonly DiscreteGaussianBins _bins = new(sigma);
    private readonly long[] _counts = new long[new DiscreteGaussianBins(sigma).Probabilities.Length];
    private double _sum, _squares, _neighbours, _partners;
    private long _pairs, _partnerPairs;

    /// <summary>Samples seen.</summary>
    public long Count { get; private set; }

    /// <summary>Takes more samples in, neighbours in the order of the vector.</summary>
    public void Add(ReadOnlySpan<int> samples)
    {
        double sum = 0, squares = 0, neighbours = 0, partners = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double z = samples[i];
            sum += z;
            squares += z * z;
            neighbours += i >= 1 ? z * samples[i - 1] : 0;
            partners += i >= StepLag ? z * samples[i - StepLag] : 0;
            _counts[_bins.Of(samples[i])]++;
        }

        (_sum, _squares, _neighbours, _partners) = (_sum + sum, _squares + squares, _neighbours + neighbours, _partners + partners);
        _pairs += Math.Max(0, samples.Length - 1);
        _partnerPairs += Math.Max(0, samples.Length - StepLag);
        Count += samples.Length;
    }

    /// <summary>Every test.</summary>
    public IReadOnlyList<FitResult> Results()
    {
        double variance = _bins.Variance, n = Count;
        return
        [
            new("chi_square", ChiSquare()),
            new("kolmogorov_smirnov", KolmogorovSmirnov()),
            new("mean", SpecialFunctions.NormalTwoSided(_sum / Math.Sqrt(n * variance))),
            new("variance", SpecialFunctions.NormalTwoSided(
                (_squares - (n * variance)) / Math.Sqrt(n * (_bins.FourthMoment - (variance * variance))))),
            new("neighbours", SpecialFunctions.NormalTwoSided(_neighbours / (variance * Math.Sqrt(_pairs)))),
            new("partners", SpecialFunctions.NormalTwoSided(_partners / (variance * Math.Sqrt(_partnerPairs)))),
        ];
    }

    /// <summary>Bins from left to right, joined until ten samples are expected; what is left joins the last.</summary>
    private double ChiSquare()
    {
        var pools = new List<(double Expected, double Found)>();
        double expected = 0, found = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            expected += _bins.Probabilities[i] * Count;
            found += _counts[i];
            if (expected >= LeastExpected)
            {
                pools.Add((expected, found));
                (expected, found) = (0, 0);
            }
        }

        if (pools.Count > 0)
        {
            pools[^1] = (pools[^1].Expected + expected, pools[^1].Found + found);
        }

        double statistic = pools.Sum(p => (p.Found - p.Expected) * (p.Found - p.Expected) / p.Expected);
        return pools.Count < 2 ? 1 : SpecialFunctions.ChiSquareTail(statistic, pools.Count - 1);
    }

    private double KolmogorovSmirnov()
    {
        double distance = 0, law = 0, found = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            law += _bins.Probabilities[i];
            found += (double)_counts[i] / Count;
            distance = Math.Max(distance, Math.Abs(law - found));
        }

        return UniformTests.KolmogorovTail(distance, Count);
    }
}
