// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Training.Solvers;

/// <summary>
/// Passes over all rows without end, in a new order each time; the last batch of a pass holds what is left. A pass goes on in
/// the next round where the last one stopped (the loader of PyTorch as FLamby uses it).
/// </summary>
public sealed class ReshufflingBatches : IBatchSource
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
}
