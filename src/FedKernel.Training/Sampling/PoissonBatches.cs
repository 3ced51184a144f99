// SPDX-License-Identifier: Apache-2.0
// Poisson sampling · M. Abadi et al., "Deep learning with differential privacy", CCS 2016, section 3.1; the event as in
// I. Mironov, K. Talwar, L. Zhang, "Rényi differential privacy of the sampled Gaussian mechanism", 2019.
// Parameter: q in (0, 1]. Each record is in each batch by a coin of its own: 64 secret bits are below ⌊q·2⁶⁴⌋. The rounding is
// downwards, by less than 2⁻⁶⁴: a smaller q only adds privacy.
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Training.Sampling;

/// <summary>Every record joins every batch by its own secret coin of probability q. With q = 1 every batch is everything.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> A release about a batch is a <see cref="PoissonSampledEvent"/>; with q = 1 it is the release itself.</para>
/// <para><b>Assumptions.</b> The key is secret, and no other source draws with it: who knows the coins gets no amplification.</para>
/// <para><b>Edge cases.</b> A batch may be empty; it is noised and counted like any other.</para>
/// </remarks>
public sealed class PoissonBatches : IPrivateBatchSource
{
    private const double WordPairs = 18446744073709551616.0;

    private readonly SecretKey256 _key;
    private readonly ulong _threshold;
    private uint _drawn;

    /// <summary>Batches of n records.</summary>
    /// <param name="recordCount">n, at least 1.</param>
    /// <param name="samplingProbability">q, 10⁻⁹ to 1.</param>
    /// <param name="key">The client's; the caller disposes of it.</param>
    public PoissonBatches(int recordCount, double samplingProbability, SecretKey256 key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfNotInRange(recordCount, 1, int.MaxValue);
        Throw.IfNotInRange(samplingProbability, 1e-9, 1);
        (RecordCount, SamplingProbability, _key) = (recordCount, samplingProbability, key);
        _threshold = samplingProbability < 1 ? (ulong)(samplingProbability * WordPairs) : 0;
    }

    /// <inheritdoc/>
    public int RecordCount { get; }

    /// <summary>q.</summary>
    public double SamplingProbability { get; }

    /// <inheritdoc/>
    public double ExpectedBatchSize => SamplingProbability * RecordCount;

    /// <inheritdoc/>
    public NeighbouringRelation Relation => NeighbouringRelation.AddOrRemoveOne;

    /// <inheritdoc/>
    public int[] Next()
    {
        if (SamplingProbability == 1)
        {
            return [.. Enumerable.Range(0, RecordCount)];
        }

        var coins = new SecretWords(_key, checked(_drawn++));
        var batch = new List<int>((int)(1.2 * ExpectedBatchSize) + 8);
        for (int i = 0; i < RecordCount; i++)
        {
            if (coins.NextPair() < _threshold)
            {
                batch.Add(i);
            }
        }

        return [.. batch];
    }

    /// <inheritdoc/>
    public PrivacyEvent Account(IReadOnlyList<GaussianEvent> releases) => ReleaseHistory.Compose(
        ReleaseHistory.Checked(releases, Relation)
            .Select(e => SamplingProbability == 1 ? (PrivacyEvent)e : new PoissonSampledEvent(SamplingProbability, e)));
}
