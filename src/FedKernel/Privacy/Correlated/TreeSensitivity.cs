// SPDX-License-Identifier: Apache-2.0
// The sensitivity of a tree of sums · the worst pattern of participations by dynamic programming over subtrees: a subtree is known
// by how many of its first rounds are blocked, how many times it was taken part in, and how many rounds behind it are blocked.
namespace FedKernel.Privacy.Correlated;

/// <summary>max over participation patterns of Σ (participations under a node)², over all complete nodes.</summary>
internal static class TreeSensitivity
{
    private const double MaximumWork = 3e8;
    private const double Impossible = double.NegativeInfinity;

    public static double Squared(int rounds, Participation participation)
    {
        int levels = int.Log2(rounds);
        int count = participation.CountWithin(rounds);
        if (count == 1)
        {
            return levels + 1;
        }

        int states = participation.MinimumSeparation;
        double work = Math.Pow(states, 3) * count * count * (levels + 1);
        if (work > MaximumWork)
        {
            throw new ArgumentOutOfRangeException(
                nameof(participation), participation,
                $"The worst pattern over {rounds} rounds would take {work:g2} steps to find; at most {MaximumWork:g2} are taken. Fewer participations, a smaller separation or a banded strategy go on.");
        }

        // Table[blocked before, participations, blocked after]: the largest sum, or Impossible.
        double[,,] subtree = Leaf(states, count), forest = Empty(states, count);
        for (int level = 0; level <= levels; level++)
        {
            if ((rounds >> level & 1) == 1)
            {
                // The smaller trees stand behind the larger ones.
                forest = Join(subtree, forest, isNode: false);
            }

            subtree = Join(subtree, subtree, isNode: true);
        }

        return Enumerable.Range(0, count + 1).Max(c => Enumerable.Range(0, states).Max(after => forest[0, c, after]));
    }

    private static double[,,] Empty(int states, int count)
    {
        double[,,] table = Filled(states, count);
        for (int blocked = 0; blocked < states; blocked++)
        {
            table[blocked, 0, blocked] = 0;
        }

        return table;
    }

    private static double[,,] Leaf(int states, int count)
    {
        double[,,] table = Filled(states, count);
        table[0, 0, 0] = 0;
        table[0, 1, states - 1] = 1;
        for (int blocked = 1; blocked < states; blocked++)
        {
            table[blocked, 0, blocked - 1] = 0;
        }

        return table;
    }

    private static double[,,] Join(double[,,] left, double[,,] right, bool isNode)
    {
        int states = left.GetLength(0), counts = left.GetLength(1);
        double[,,] table = Filled(states, counts - 1);
        for (int before = 0; before < states; before++)
        {
            for (int c = 0; c < counts; c++)
            {
                for (int between = 0; between < states; between++)
                {
                    if (left[before, c, between] > Impossible)
                    {
                        Extend(left[before, c, between], before, c, between, right, table, isNode);
                    }
                }
            }
        }

        return table;
    }

    private static void Extend(double known, int before, int c, int between, double[,,] right, double[,,] table, bool isNode)
    {
        int states = right.GetLength(0), counts = right.GetLength(1);
        for (int more = 0; c + more < counts; more++)
        {
            double own = isNode ? (double)(c + more) * (c + more) : 0;
            for (int after = 0; after < states; after++)
            {
                double value = known + right[between, more, after] + own;
                if (value > table[before, c + more, after])
                {
                    table[before, c + more, after] = value;
                }
            }
        }
    }

    private static double[,,] Filled(int states, int count)
    {
        var table = new double[states, count + 1, states];
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref table[0, 0, 0], table.Length).Fill(Impossible);
        return table;
    }
}
