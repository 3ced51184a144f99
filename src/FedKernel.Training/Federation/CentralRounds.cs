// SPDX-License-Identifier: Apache-2.0
// The server's part of DP-FedAvg · B. McMahan et al., ICLR 2018, algorithm 1; the bound as in G. Andrew et al., NeurIPS 2021, algorithm 1.
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Adaptive;
using FedKernel.Rounds;
using FedKernel.Training.Strategies;

namespace FedKernel.Training.Federation;

/// <summary>What a training with privacy of clients keeps from round to round: who comes, and the bound.</summary>
internal sealed class CentralRounds
{
    private readonly CentralPrivacyOptions _options;
    private readonly PoissonCohort _cohort;
    private readonly QuantileTracker? _tracker;

    public CentralRounds(CentralPrivacyOptions options, int clientCount)
    {
        _options = options;
        if (options.Noise.CountDeviation is { } deviation)
        {
            // Now, not in the middle of the training: the least noise must leave room for the count's share.
            foreach (double z in options.NoiseMultipliers ?? [options.Noise.NoiseMultiplier])
            {
                _ = new AdaptiveNoise(z, deviation, options.Noise.Relation);
            }
        }

        double q = options.Noise.SamplingProbability;
        _cohort = new PoissonCohort(q, options.Key);
        _tracker = options.Noise.CountDeviation is null
            ? null
            : new QuantileTracker(options.ClippingBound, options.TargetQuantile, options.BoundLearningRate, Math.Max(1, q * clientCount));
    }

    public PrivacyBracket Spent => _options.Ledger.Spent;

    public IReadOnlyList<int> Sample(uint round, int clientCount) => _cohort.Sample(round, clientCount);

    /// <summary>The plan with the noise and the bound of its round: frozen there, whatever becomes of the bound afterwards.</summary>
    public RoundPlan Complete(RoundPlan plan) => plan with
    {
        ClippingBound = _tracker?.Bound ?? _options.ClippingBound,
        CentralPrivacy = _options.NoiseMultipliers is { } z ? _options.Noise with { NoiseMultiplier = z[(int)plan.Round - 1] } : _options.Noise,
    };

    public RoundResult Finish(ServerRound round)
    {
        RoundResult result = round.Finish(_options.Ledger, _options.Key);
        if (result.NoisedCentredCount is { } count)
        {
            _tracker!.Update(count);
        }

        return result;
    }
}
