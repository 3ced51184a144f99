// SPDX-License-Identifier: Apache-2.0
// How far a client's labels are from the federation's. If examples of one label are alike everywhere, the client's expected
// clipped gradient lies within 2 · TV · C of the federation's: it is a mean over labels of vectors no longer than C, and the
// weights of the two means differ by 2 TV in all.
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Privacy.Clients;

/// <summary>Label counts, noised, and what they say about a client's distribution.</summary>
public static class LabelSkew
{
    /// <summary>The tensor of the stream that the noise comes from.</summary>
    internal const uint NoiseTensor = uint.MaxValue - 2;

    /// <summary>Counts of each label with Gaussian noise.</summary>
    /// <param name="counts">Examples of each label.</param>
    /// <param name="noiseMultiplier">z: one example moves one count by 1, or two of them where it is replaced: sensitivity 1, or √2.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="key">Secret key of the client.</param>
    /// <param name="round">Never used twice under the key for label counts.</param>
    /// <returns>The noised counts, and what they cost.</returns>
    public static (double[] Counts, GaussianEvent Event) Release(
        IReadOnlyList<long> counts, double noiseMultiplier, NeighbouringRelation relation, SecretKey256 key, uint round)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfNotInRange(counts.Count, 1, 1 << 20, "number of labels");
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e6);
        double sigma = noiseMultiplier * Math.Sqrt(Clipping.GroupBounds.Times(relation));
        var id = new StreamId(round, StreamPurpose.ScalarNoise, NoiseTensor);
        double[] noised = [.. counts.Select((c, i) => c + (sigma * SecretNormal.Draw(key, id, (uint)i)))];
        return (noised, new GaussianEvent(noiseMultiplier, relation));
    }

    /// <summary>TV = ½ Σ |p_l − q_l|, 0 to 1, of two sets of counts. Negative counts, which noise makes, count as 0.</summary>
    /// <param name="counts">Of the client.</param>
    /// <param name="reference">Of the federation.</param>
    /// <exception cref="ArgumentException">One of them has no positive count, or they have different lengths.</exception>
    public static double TotalVariation(IReadOnlyList<double> counts, IReadOnlyList<double> reference)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(reference);
        Throw.IfLengthsDiffer(counts.Count, reference.Count, nameof(counts), nameof(reference));
        double[] p = Shares(counts, nameof(counts)), q = Shares(reference, nameof(reference));
        return 0.5 * p.Zip(q, (a, b) => Math.Abs(a - b)).Sum();
    }

    /// <summary>2 · TV · C: at most so far lies the expected clipped gradient of a client from the federation's.</summary>
    /// <param name="totalVariation">TV, 0 to 1.</param>
    /// <param name="clippingBound">C.</param>
    public static double Divergence(double totalVariation, double clippingBound)
    {
        Throw.IfNotInRange(totalVariation, 0, 1);
        Throw.IfNotInRange(clippingBound, 0, float.MaxValue);
        return 2 * totalVariation * clippingBound;
    }

    private static double[] Shares(IReadOnlyList<double> counts, string name)
    {
        double total = counts.Sum(c => Math.Max(c, 0));
        return total > 0 && double.IsFinite(total)
            ? [.. counts.Select(c => Math.Max(c, 0) / total)]
            : throw new ArgumentException($"The counts sum to {total}; they need a positive, finite sum.", name);
    }
}
