// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>A history as losses: equal releases counted, Gaussian ones composed to one.</summary>
internal sealed class LossHistory
{
    private readonly Dictionary<LossSource, long> _counts = [];
    private readonly bool _added;

    /// <summary>Σ z⁻² of the plain Gaussian releases.</summary>
    private double _inverseVariance;

    private LossHistory(bool added) => _added = added;

    /// <summary>Whether every event, in its place, has a loss that is known here.</summary>
    public static bool Knows(PrivacyEvent history) => history switch
    {
        GaussianEvent => true,
        PoissonSampledEvent { Inner: GaussianEvent } => true,
        EpochEvent epoch => Knows(epoch.Inner),
        RepeatedEvent repeated => Knows(repeated.Inner),
        ComposedEvent composed => composed.Parts.All(Knows),
        _ => false,
    };

    /// <summary>The parts of a history, for neighbours of which the first has the record more, or the second.</summary>
    public static IReadOnlyList<LossPart> Parts(PrivacyEvent history, bool added)
    {
        LossHistory parts = new(added);
        parts.Collect(history, 1);
        if (parts._inverseVariance > 0)
        {
            parts.Count(new SampledGaussianLoss(1 / Math.Sqrt(parts._inverseVariance), 1, false), 1);
        }

        // A fixed order, so that the order of the releases changes no bit of the answer.
        return [.. parts._counts.Select(p => new LossPart(p.Key, p.Value))
            .OrderBy(p => p.Source.ToString(), StringComparer.Ordinal)];
    }

    private void Collect(PrivacyEvent e, long times)
    {
        switch (e)
        {
            case GaussianEvent gaussian:
                _inverseVariance += times / (Positive(gaussian.NoiseMultiplier) * gaussian.NoiseMultiplier);
                break;
            case PoissonSampledEvent { SamplingProbability: 1 } all:
                Collect(all.Inner, times);
                break;
            case PoissonSampledEvent { Inner: GaussianEvent gaussian } sampled:
                Throw.IfNotInRange(sampled.SamplingProbability, double.Epsilon, 1);
                Count(Sampled(Positive(gaussian.NoiseMultiplier), sampled), times);
                break;
            case EpochEvent epoch:
                Collect(epoch.Inner, times);
                break;
            case RepeatedEvent repeated:
                Throw.IfNotInRange(repeated.Count, 1, long.MaxValue);
                Collect(repeated.Inner, checked(times * repeated.Count));
                break;
            case ComposedEvent composed:
                foreach (PrivacyEvent part in composed.Parts)
                {
                    Collect(part, times);
                }

                break;
            default:
                throw new ArgumentException($"No loss distribution is known for '{e.GetType().Name}' in this history.", nameof(e));
        }
    }

    private LossSource Sampled(double noiseMultiplier, PoissonSampledEvent sampled) =>
        sampled.Relation == NeighbouringRelation.ReplaceOne
            ? new ReplacedSampledGaussianLoss(noiseMultiplier, sampled.SamplingProbability)
            : new SampledGaussianLoss(noiseMultiplier, sampled.SamplingProbability, _added);

    private static double Positive(double noiseMultiplier)
    {
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e12);
        return noiseMultiplier;
    }

    private void Count(LossSource source, long times) =>
        _counts[source] = checked(_counts.GetValueOrDefault(source) + times);
}
