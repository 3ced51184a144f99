// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Privacy.Schedules;

/// <summary>A share of correct answers with noise: what progress may be judged by without looking at the data for free.</summary>
/// <param name="Score">correct / n + noise; may leave [0, 1].</param>
/// <param name="Event">What it cost.</param>
public sealed record ValidationScore(double Score, GaussianEvent Event)
{
    /// <summary>The tensor of the stream that the noise comes from: none that updates or counts use.</summary>
    internal const uint NoiseTensor = uint.MaxValue - 1;

    /// <summary>Releases a score: one record changes the count by at most 1, for either relation, and n is fixed.</summary>
    /// <param name="correct">Correct answers, 0 to n.</param>
    /// <param name="exampleCount">n: public, the same for neighbours.</param>
    /// <param name="noiseMultiplier">z: the noise on the count is N(0, z²).</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    public static ValidationScore Release(
        long correct, long exampleCount, double noiseMultiplier, NeighbouringRelation relation, SecretKey256 key, uint round)
    {
        Throw.IfNotInRange(exampleCount, 1, 1L << 50);
        Throw.IfNotInRange(correct, 0, exampleCount);
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e6);
        ArgumentNullException.ThrowIfNull(key);
        double noise = noiseMultiplier * SecretNormal.Draw(key, new StreamId(round, StreamPurpose.ScalarNoise, NoiseTensor));
        return new ValidationScore((correct + noise) / exampleCount, new GaussianEvent(noiseMultiplier, relation));
    }
}
