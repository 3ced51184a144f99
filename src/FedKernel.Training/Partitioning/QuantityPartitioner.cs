// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Training.Partitioning;

/// <summary>Clients of different size with the same distribution: a shuffle, cut by shares.</summary>
public sealed class QuantityPartitioner : IPartitioner
{
    private readonly double[] _shares;
    private readonly int _minimum;

    /// <summary>Clients with the given shares of the rows.</summary>
    /// <param name="shares">Positive; they are divided by their sum.</param>
    /// <param name="minimumPerClient">Fewer rows for any client are an error; at least 1.</param>
    public QuantityPartitioner(IReadOnlyList<double> shares, int minimumPerClient = 1)
    {
        Throw.IfNotInRange(minimumPerClient, 1, int.MaxValue);
        _shares = Quotas.CheckShares(shares);
        _minimum = minimumPerClient;
    }

    /// <summary>Clients of equal size with the same distribution (IID); sizes differ by at most one row.</summary>
    /// <param name="clientCount">At least 1.</param>
    public static QuantityPartitioner Iid(int clientCount)
    {
        Throw.IfNotInRange(clientCount, 1, 1 << 20);
        return new QuantityPartitioner([.. Enumerable.Repeat(1.0, clientCount)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int[]> Partition(ReadOnlySpan<float> labels, SimulationSeed seed)
    {
        int[] counts = Quotas.Of(labels.Length, _shares);
        Quotas.RequireAtLeast(_minimum, counts);
        int[] rows = [.. Enumerable.Range(0, labels.Length)];
        SimulationDraws.Partition(seed).Shuffle(rows.AsSpan());
        var parts = new int[counts.Length][];
        int start = 0;
        for (int k = 0; k < counts.Length; k++)
        {
            parts[k] = rows[start..(start + counts[k])];
            start += counts[k];
        }

        return parts;
    }
}
