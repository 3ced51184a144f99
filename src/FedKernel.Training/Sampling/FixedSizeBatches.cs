// SPDX-License-Identifier: Apache-2.0
// Sampling without replacement · B. Balle, G. Barthe, M. Gaboardi, "Privacy amplification by subsampling", NeurIPS 2018,
// theorem 11. The draw is that of R. Floyd (J. Bentley, "Programming pearls: a sample of brilliance", CACM 1987).
// Parameters: m of n records, every set of m equally likely.
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Training.Sampling;

/// <summary>Each batch is a fresh uniform choice of m records, by secret coins.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> A release about a batch is a <see cref="FixedSizeSampledEvent"/> for replace-one neighbours: sums have
/// twice the sensitivity that they have under Poisson sampling.</para>
/// <para><b>Assumptions.</b> The key is secret, and no other source draws with it.</para>
/// </remarks>
public sealed class FixedSizeBatches : IPrivateBatchSource
{
    private readonly SecretKey256 _key;
    private readonly int _sampleSize;
    private uint _drawn;

    /// <summary>Batches of m among n records.</summary>
    /// <param name="recordCount">n, at least 1.</param>
    /// <param name="sampleSize">m, 1 to n.</param>
    /// <param name="key">The client's; the caller disposes of it.</param>
    public FixedSizeBatches(int recordCount, int sampleSize, SecretKey256 key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfNotInRange(recordCount, 1, int.MaxValue);
        Throw.IfNotInRange(sampleSize, 1, recordCount);
        (RecordCount, _sampleSize, _key) = (recordCount, sampleSize, key);
    }

    /// <inheritdoc/>
    public int RecordCount { get; }

    /// <inheritdoc/>
    public double ExpectedBatchSize => _sampleSize;

    /// <inheritdoc/>
    public NeighbouringRelation Relation => NeighbouringRelation.ReplaceOne;

    /// <inheritdoc/>
    public int[] Next()
    {
        var coins = new SecretWords(_key, checked(_drawn++));
        var chosen = new HashSet<int>(_sampleSize);
        for (int last = RecordCount - _sampleSize; last < RecordCount; last++)
        {
            int candidate = coins.NextBelow(last + 1);
            if (!chosen.Add(candidate))
            {
                chosen.Add(last);
            }
        }

        return [.. chosen.Order()];
    }

    /// <inheritdoc/>
    public PrivacyEvent Account(IReadOnlyList<GaussianEvent> releases) => ReleaseHistory.Compose(
        ReleaseHistory.Checked(releases, Relation).Select(e => (PrivacyEvent)new FixedSizeSampledEvent(_sampleSize, RecordCount, e)));
}
