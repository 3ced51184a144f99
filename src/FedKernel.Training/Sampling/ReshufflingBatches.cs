// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Training.Sampling;

/// <summary>
/// Passes over all rows without end, in a new order each time; the last batch of a pass holds what is left. A pass goes on in
/// the next round where the last one stopped (the loader of PyTorch as FLamby uses it).
/// </summary>
/// <remarks>
/// For a private trainer a pass is an <see cref="EpochEvent"/>, whatever the batch size: shuffling is not Poisson sampling and is
/// given no amplification (L. Chua et al., "How private are DP-SGD implementations?", ICML 2024). The order depends on n alone,
/// so replace-one neighbours share it: it need not be secret.
/// </remarks>
public sealed class ReshufflingBatches : IBatchSource, IPrivateBatchSource
{
    private readonly SimulationRandom _random;
    private readonly int[] _order;
    private readonly int _batchSize;
    private int _position;

    /// <summary>Batches of a table.</summary>
    /// <param name="rowCount">Rows, at least 1.</param>
    /// <param name="batchSize">Rows of a batch, at least 1.</param>
    /// <param name="seed">Which simulation.</param>
    /// <param name="client">Number of the client: each draws for itself.</param>
    public ReshufflingBatches(int rowCount, int batchSize, SimulationSeed seed, int client)
    {
        Throw.IfNotInRange(rowCount, 1, int.MaxValue);
        Throw.IfNotInRange(batchSize, 1, int.MaxValue);
        _random = SimulationDraws.Batches(seed, client);
        _order = [.. Enumerable.Range(0, rowCount)];
        _batchSize = batchSize;
        _position = rowCount;
    }

    /// <inheritdoc/>
    public int RecordCount => _order.Length;

    /// <inheritdoc/>
    public double ExpectedBatchSize => Math.Min(_batchSize, _order.Length);

    /// <inheritdoc/>
    public NeighbouringRelation Relation => NeighbouringRelation.ReplaceOne;

    /// <inheritdoc cref="IBatchSource.Next"/>
    public int[] Next()
    {
        if (_position == _order.Length)
        {
            _random.Shuffle(_order.AsSpan());
            _position = 0;
        }

        int count = Math.Min(_batchSize, _order.Length - _position);
        int[] batch = _order[_position..(_position + count)];
        _position += count;
        return batch;
    }

    /// <inheritdoc/>
    /// <remarks>A record is in one batch of a pass. That may be its least noisy one, which is what the pass is charged.</remarks>
    public PrivacyEvent Account(IReadOnlyList<GaussianEvent> releases)
    {
        int batchesPerPass = ((_order.Length - 1) / _batchSize) + 1;
        return ReleaseHistory.Compose(ReleaseHistory.Checked(releases, Relation).Chunk(batchesPerPass)
            .Select(pass => (PrivacyEvent)new EpochEvent(pass.MinBy(e => e.NoiseMultiplier)!)));
    }
}
