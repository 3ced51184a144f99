// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;
using FedKernel.Training.Data;

namespace FedKernel.Training.Partitioning;

/// <summary>Splits a client's rows into training and test rows, label by label.</summary>
public static class StratifiedSplit
{
    /// <summary>A hospital whose test table holds the given share of each label, rounded.</summary>
    /// <param name="name">Name of the hospital.</param>
    /// <param name="table">Its rows.</param>
    /// <param name="testShare">Above 0 and below 1.</param>
    /// <param name="seed">Which simulation.</param>
    /// <param name="client">Number of the client: each draws for itself.</param>
    public static Hospital Split(string name, TabularDataset table, double testShare, SimulationSeed seed, int client)
    {
        ArgumentNullException.ThrowIfNull(table);
        Throw.IfNotInRange(testShare, 0, 1);
        SimulationRandom random = SimulationDraws.Split(seed, client);
        float[] labels = table.Labels.ToArray();
        var test = new SortedSet<int>();
        foreach (IGrouping<float, int> label in Enumerable.Range(0, labels.Length).GroupBy(r => labels[r]).OrderBy(g => g.Key))
        {
            int[] rows = [.. label];
            random.Shuffle(rows.AsSpan());
            test.UnionWith(rows.Take((int)Math.Round(testShare * rows.Length, MidpointRounding.AwayFromZero)));
        }

        int[] train = [.. Enumerable.Range(0, labels.Length).Where(r => !test.Contains(r))];
        return new Hospital(name, table.Subset(train), table.Subset([.. test]));
    }
}
