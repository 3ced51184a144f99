// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Partitioning;

/// <summary>Whole numbers in proportion to shares.</summary>
internal static class Quotas
{
    public static double[] CheckShares(IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        Throw.IfNotInRange(shares.Count, 1, 1 << 20, "number of clients");
        foreach (double share in shares)
        {
            Throw.IfNotInRange(share, double.Epsilon, 1e9, nameof(share));
        }

        double sum = shares.Sum();
        return [.. shares.Select(s => s / sum)];
    }

    /// <summary>Counts that add up to <paramref name="total"/>: floors, then the largest remainders (Hamilton's method).</summary>
    public static int[] Of(int total, double[] shares)
    {
        int[] counts = [.. shares.Select(s => (int)Math.Floor(s * total))];
        IEnumerable<int> byRemainder = Enumerable.Range(0, shares.Length).OrderByDescending(k => (shares[k] * total) - counts[k]);
        foreach (int k in byRemainder.Take(total - counts.Sum()).ToArray())
        {
            counts[k]++;
        }

        return counts;
    }

    public static void RequireAtLeast(int minimum, int[] counts)
    {
        int smallest = Array.IndexOf(counts, counts.Min());
        if (counts[smallest] < minimum)
        {
            throw new ArgumentException($"Client {smallest} would get {counts[smallest]} rows; at least {minimum} are asked for.");
        }
    }
}
