// SPDX-License-Identifier: Apache-2.0
// Dirichlet label skew · T.-M. Hsu, H. Qi, M. Brown, "Measuring the effects of non-identical data distribution for federated
// visual classification", 2019 (arXiv 1909.06335), section 3: client k draws its label distribution q ~ Dir(α·p), p being the
// distribution of all labels, then fills its quota with labels drawn from q; a label that runs out leaves the draw.
// Parameter: α > 0, the concentration; small = each client sees few labels, large = all clients alike.
// Different here: quotas may differ in size, and a number of rows of each label can be set aside for every client first, so
// that each hospital can be trained and judged.
using FedKernel.Random;

namespace FedKernel.Training.Partitioning;

/// <summary>Clients whose labels are distributed differently.</summary>
public sealed class DirichletPartitioner : IPartitioner
{
    private readonly double[] _shares;
    private readonly double _concentration;
    private readonly int _minimum;

    /// <summary>Clients with the given shares of the rows and Dirichlet label skew.</summary>
    /// <param name="shares">Positive; they are divided by their sum.</param>
    /// <param name="concentration">α, 10⁻³ to 10⁶.</param>
    /// <param name="minimumPerLabel">Rows of each label that every client gets for certain; at least 0.</param>
    public DirichletPartitioner(IReadOnlyList<double> shares, double concentration, int minimumPerLabel = 0)
    {
        Throw.IfNotInRange(concentration, 1e-3, 1e6);
        Throw.IfNotInRange(minimumPerLabel, 0, int.MaxValue / 2);
        _shares = Quotas.CheckShares(shares);
        _concentration = concentration;
        _minimum = minimumPerLabel;
    }

    /// <inheritdoc/>
    public IReadOnlyList<int[]> Partition(ReadOnlySpan<float> labels, SimulationSeed seed)
    {
        SimulationRandom random = SimulationDraws.Partition(seed);
        float[] all = labels.ToArray();
        Stack<int>[] pools = [.. Enumerable.Range(0, all.Length).GroupBy(r => all[r]).OrderBy(g => g.Key).Select(g =>
        {
            int[] rows = [.. g];
            random.Shuffle(rows.AsSpan());
            return new Stack<int>(rows);
        })];
        double[] prior = [.. pools.Select(p => (double)p.Count / all.Length)];
        int[] quotas = Quotas.Of(all.Length, _shares);
        Quotas.RequireAtLeast(Math.Max(1, _minimum * pools.Length), quotas);
        if (pools.Any(p => p.Count < (long)_minimum * quotas.Length))
        {
            throw new ArgumentException(
                $"A label has {pools.Min(p => p.Count)} rows; {quotas.Length} clients with {_minimum} each need more.", nameof(labels));
        }

        List<int>[] parts = [.. quotas.Select(_ => new List<int>())];
        foreach (List<int> part in parts)
        {
            foreach (Stack<int> pool in pools)
            {
                for (int i = 0; i < _minimum; i++)
                {
                    part.Add(pool.Pop());
                }
            }
        }

        for (int k = 0; k < parts.Length; k++)
        {
            Fill(parts[k], quotas[k], pools, DrawDistribution(random, prior), random);
        }

        return [.. parts.Select(p => p.ToArray())];
    }

    private double[] DrawDistribution(SimulationRandom random, double[] prior) =>
        [.. prior.Select(p => random.NextGamma(_concentration * p))];

    private static void Fill(List<int> part, int quota, Stack<int>[] pools, double[] weights, SimulationRandom random)
    {
        while (part.Count < quota)
        {
            // A label without rows has left; if none of this client's labels is left, it takes what there is.
            double total = pools.Select((p, j) => p.Count > 0 ? weights[j] : 0).Sum();
            double point = random.NextUniform() * total;
            int label = Array.FindLastIndex(pools, p => p.Count > 0);
            for (int j = 0; j < pools.Length && total > 0; j++)
            {
                double weight = pools[j].Count > 0 ? weights[j] : 0;
                if (weight > 0 && point < weight)
                {
                    label = j;
                    break;
                }

                point -= weight;
            }

            part.Add(pools[label].Pop());
        }
    }
}
