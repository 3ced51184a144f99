// SPDX-License-Identifier: Apache-2.0
// A discrete Gaussian release is one of an integer vector. Neighbours whose vectors differ by less than √2 differ by ±1 in one
// coordinate, or not at all: for them the loss is that of one integer, from both sides. Otherwise neighbours that differ by ⌊Δ⌋ in one
// coordinate give a lower bound, and nothing here gives an upper one: which difference of given length is worst is not known.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>A history as losses: equal releases counted, Gaussian ones composed to one.</summary>
internal sealed class LossHistory
{
    private readonly Dictionary<LossSource, long> _counts = [];

    /// <summary>Σ z⁻² of the plain Gaussian releases.</summary>
    private double _inverseVariance;

    private LossHistory(bool added, bool above) => (Added, Above) = (added, above);

    /// <summary>Whether the second of two neighbours has the record more.</summary>
    private bool Added { get; }

    /// <summary>Whether the parts dominate the history, or are dominated by it.</summary>
    private bool Above { get; }

    /// <summary>False where a release has no dominating loss here.</summary>
    public bool IsBounded { get; private set; } = true;

    /// <summary>Sum of the distances between real and ideal laws of noise.</summary>
    public double FailureMass { get; private set; }

    /// <summary>What was collected, in a fixed order, so that the order of the releases changes no bit of the answer.</summary>
    public IReadOnlyList<LossPart> Parts { get; private set; } = [];

    /// <summary>Whether every event, in its place, has a loss that is known here.</summary>
    public static bool Knows(PrivacyEvent history) => history switch
    {
        GaussianEvent or LaplaceEvent or DiscreteGaussianEvent or ApproximateEvent => true,
        PoissonSampledEvent { SamplingProbability: 1 } all => Knows(all.Inner),
        PoissonSampledEvent { Inner: GaussianEvent } => true,
        PoissonSampledEvent { Inner: LaplaceEvent, Relation: NeighbouringRelation.AddOrRemoveOne } => true,
        EpochEvent epoch => Knows(epoch.Inner),
        RepeatedEvent repeated => Knows(repeated.Inner),
        ComposedEvent composed => composed.Parts.All(Knows),
        _ => false,
    };

    /// <summary>Collects a history.</summary>
    /// <param name="history">Of events that are known.</param>
    /// <param name="added">Whether the second of two neighbours has the record more.</param>
    /// <param name="above">Whether the parts shall dominate the history, or be dominated by it.</param>
    public static LossHistory Of(PrivacyEvent history, bool added, bool above)
    {
        LossHistory result = new(added, above);
        result.Collect(history, 1);
        if (result._inverseVariance > 0)
        {
            result.Count(new SampledGaussianLoss(1 / Math.Sqrt(result._inverseVariance), 1, false), 1);
        }

        result.Parts = [.. result._counts.Select(p => new LossPart(p.Key, p.Value)).OrderBy(p => p.Source.ToString(), StringComparer.Ordinal)];
        return result;
    }

    private void Collect(PrivacyEvent e, long times)
    {
        switch (e)
        {
            case GaussianEvent gaussian:
                double z = Positive(gaussian.NoiseMultiplier);
                _inverseVariance += times / (z * z);
                break;
            case LaplaceEvent laplace:
                Count(new SampledLaplaceLoss(Positive(laplace.NoiseMultiplier), 1, false), times);
                break;
            case DiscreteGaussianEvent discrete:
                Collect(discrete, times);
                break;
            case ApproximateEvent any:
                Throw.IfNotInRange(any.Epsilon, 0, double.MaxValue);
                Throw.IfNotInRange(any.Delta, 0, 1);
                if (Above)
                {
                    Count(new ApproximateLoss(any.Epsilon, any.Delta), times);
                }

                break;
            case PoissonSampledEvent sampled:
                Collect(sampled, times);
                break;
            case EpochEvent epoch:
                Collect(epoch.Inner, times);
                break;
            case RepeatedEvent repeated:
                Throw.IfNotInRange(repeated.Count, 1, long.MaxValue);
                Collect(repeated.Inner, Checked((Int128)times * repeated.Count));
                break;
            case ComposedEvent composed:
                foreach (PrivacyEvent part in composed.Parts)
                {
                    Collect(part, times);
                }

                break;
            default:
                throw Unknown(e);
        }
    }

    private void Collect(PoissonSampledEvent sampled, long times)
    {
        double q = sampled.SamplingProbability;
        // Of fewer, the masses that a record adds vanish in the rounding of the whole: the upper end would be too low.
        Throw.IfNotInRange(q, 1e-15, 1);
        bool replaced = sampled.Relation == NeighbouringRelation.ReplaceOne;
        switch (sampled.Inner)
        {
            case PrivacyEvent all when q == 1:
                Collect(all, times);
                break;
            case GaussianEvent gaussian:
                double z = Positive(gaussian.NoiseMultiplier);
                Count(replaced ? new ReplacedSampledGaussianLoss(z, q) : new SampledGaussianLoss(z, q, Added), times);
                break;
            case LaplaceEvent laplace when !replaced:
                Count(new SampledLaplaceLoss(Positive(laplace.NoiseMultiplier), q, Added), times);
                break;
            default:
                throw Unknown(sampled);
        }
    }

    private void Collect(DiscreteGaussianEvent discrete, long times)
    {
        double sigma = Positive(discrete.Sigma);
        Throw.IfNotInRange(discrete.Sensitivity, double.Epsilon, long.MaxValue / 2);
        Throw.IfNotInRange(discrete.FailureMass, 0, 1);
        FailureMass += times * discrete.FailureMass;
        long difference = (long)Math.Floor(discrete.Sensitivity);
        bool visited = sigma <= DiscreteGaussianLoss.GreatestSigma;
        if (difference >= 1 && visited)
        {
            Count(new DiscreteGaussianLoss(sigma, difference), times);
        }

        IsBounded &= discrete.Sensitivity * discrete.Sensitivity < 2 && (visited || difference == 0);
    }

    private static double Positive(double noise)
    {
        Throw.IfNotInRange(noise, 1e-6, 1e12);
        return noise;
    }

    private static ArgumentException Unknown(PrivacyEvent e) =>
        new($"No loss distribution is known for '{(e is PoissonSampledEvent s ? $"{nameof(PoissonSampledEvent)} of {s.Inner.GetType().Name}" : e.GetType().Name)}' in this history.", nameof(e));

    private void Count(LossSource source, long times) =>
        _counts[source] = Checked((Int128)_counts.GetValueOrDefault(source) + times);

    private static long Checked(Int128 count) => count <= long.MaxValue
        ? (long)count
        : throw new ArgumentOutOfRangeException(nameof(count), count, $"A history holds one event at most {long.MaxValue} times.");
}
