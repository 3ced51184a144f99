// SPDX-License-Identifier: Apache-2.0
// Poisson sampling of any mechanism with known divergences · Y. Zhu, Y.-X. Wang, "Poisson subsampled Rényi differential privacy",
// ICML 2019, theorem 5, add-or-remove-one, integer α ≥ 2:
//   A ≤ (1−q)^{α−1}(αq − q + 1) + C(α,2)q²(1−q)^{α−2}e^{r(2)} + 3·Σ_{l=3}^α C(α,l)(1−q)^{α−l}q^l e^{(l−1)r(l)},  D_α = ln A/(α − 1)
// The first term is that of l = 0 and 1 of a binomial sum to 1: so A − 1 is a sum of positive terms alone, and a small q loses nothing.
// Sampling never makes a release worse (quasi-convexity), so that r(α) is a bound as well, at every α.
// Between integers: (α − 1)D_α is convex in α and 0 at α = 1 (T. van Erven, P. Harremoës, 2014, corollary 2), so the chord is a bound.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Divergences of a Poisson-sampled mechanism of which only the divergences are known, from above.</summary>
internal static class SampledRenyi
{
    /// <summary>min(D_α by theorem 5, r(α)).</summary>
    /// <param name="samplingProbability">q in (0, 1].</param>
    /// <param name="order">α, an integer of at least 2.</param>
    /// <param name="inner">r: the divergence of the mechanism itself, in either direction, at integer orders of at least 2.</param>
    public static double Rdp(double samplingProbability, int order, Func<int, double> inner)
    {
        Throw.IfNotInRange(samplingProbability, double.Epsilon, 1);
        Throw.IfNotInRange(order, 2, 1 << 20);
        double plain = inner(order), q = samplingProbability;
        if (q == 1)
        {
            return plain;
        }

        double logQ = Math.Log(q), logRest = NormalDistribution.LogOnePlus(-q), logBinomial = Math.Log(order);
        LogSum excess = new();
        for (int l = 2; l <= order; l++)
        {
            logBinomial += Math.Log((order - l + 1.0) / l);
            double moment = (l - 1) * inner(l);
            double less = l == 2 ? LogSum.LogExpMinusOne(moment) : LogSum.LogExpMinusOne(moment + Math.Log(3));
            excess.Add(logBinomial + ((order - l) * logRest) + (l * logQ) + less);
        }

        double log = LogSum.LogOnePlusExp(excess.Log);
        return log < double.PositiveInfinity ? Math.Min(plain, log / (order - 1)) : plain;
    }

    /// <summary>The same at any orders.</summary>
    /// <param name="samplingProbability">q in (0, 1].</param>
    /// <param name="orders">α, each above 1.</param>
    /// <param name="plain">r at each of them.</param>
    /// <param name="whole">r at 2, 3, … up to the greatest order, rounded up.</param>
    public static double[] Of(double samplingProbability, IReadOnlyList<double> orders, double[] plain, double[] whole)
    {
        var known = new Dictionary<int, double> { [1] = 0 };
        return [.. orders.Select((order, i) =>
        {
            int below = (int)Math.Floor(order);
            double part = order - below;
            double log = ((1 - part) * Log(below)) + (part > 0 ? part * Log(below + 1) : 0);
            return Math.Min(plain[i], log / (order - 1));
        })];

        double Log(int order) => known.TryGetValue(order, out double log)
            ? log
            : known[order] = (order - 1) * Rdp(samplingProbability, order, l => whole[l - 2]);
    }
}
