// SPDX-License-Identifier: Apache-2.0
// Poisson sampling of clients · B. McMahan et al., "Learning differentially private recurrent language models", ICLR 2018
// (arXiv 1710.06963), algorithm 1. Parameter: q in (0, 1]; each coin is 64 secret bits below ⌊q·2⁶⁴⌋, so q is rounded downwards.
using FedKernel.Random;
using FedKernel.Training.Sampling;

namespace FedKernel.Training.Strategies;

/// <summary>Every client joins every round by its own secret coin of probability q: what amplifies the privacy of clients.</summary>
/// <remarks>
/// No <see cref="ICohortSampler"/>: those follow from a public seed and amplify nothing. Nobody but the server may learn who was
/// drawn. Coins lie in streams of their own: the key may also give the noise of the rounds.
/// </remarks>
public sealed class PoissonCohort
{
    private const double WordPairs = 18446744073709551616.0;

    private readonly SecretKey256 _key;
    private readonly ulong _threshold;

    /// <summary>Cohorts of probability q.</summary>
    /// <param name="samplingProbability">q, 10⁻⁹ to 1; with 1 everybody comes.</param>
    /// <param name="key">The server's; the caller disposes of it.</param>
    public PoissonCohort(double samplingProbability, SecretKey256 key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfNotInRange(samplingProbability, 1e-9, 1);
        (SamplingProbability, _key) = (samplingProbability, key);
        _threshold = samplingProbability < 1 ? (ulong)(samplingProbability * WordPairs) : 0;
    }

    /// <summary>q.</summary>
    public double SamplingProbability { get; }

    /// <summary>Numbers of the clients that take part, each once, in ascending order; may be none.</summary>
    /// <param name="round">Number of the round, not used twice under the key.</param>
    /// <param name="clientCount">How many there are.</param>
    public IReadOnlyList<int> Sample(uint round, int clientCount)
    {
        if (SamplingProbability == 1)
        {
            return [.. Enumerable.Range(0, clientCount)];
        }

        var coins = new SecretWords(_key, round);
        return [.. Enumerable.Range(0, clientCount).Where(_ => coins.NextPair() < _threshold)];
    }
}
