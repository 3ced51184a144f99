// SPDX-License-Identifier: Apache-2.0
// Poisson sampling of any mechanism with known divergences · Y. Zhu, Y.-X. Wang, "Poisson subsampled Rényi differential privacy",
// ICML 2019, theorem 5, add-or-remove-one:
//   A ≤ (1−q)^{α−1}(αq − q + 1) + C(α,2)q²(1−q)^{α−2}e^{r(2)} + 3·Σ_{l=3}^α C(α,l)(1−q)^{α−l}q^l e^{(l−1)r(l)},  D_α = ln A/(α − 1)
// Sampling never makes a release worse, so that r(α) is a bound as well.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Order α of a Poisson-sampled mechanism of which only the divergences are known, from above.</summary>
internal static class SampledRenyi
{
    /// <summary>min(D_α by theorem 5, r(α)).</summary>
    /// <param name="samplingProbability">q in (0, 1].</param>
    /// <param name="order">α, an integer of at least 2.</param>
    /// <param name="inner">r: the divergence of the mechanism itself at integer orders of at least 2.</param>
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
        var terms = new List<double> { ((order - 1) * logRest) + NormalDistribution.LogOnePlus((order - 1) * q) };
        for (int l = 2; l <= order; l++)
        {
            logBinomial += Math.Log((order - l + 1.0) / l);
            double moment = (l - 1) * inner(l);
            terms.Add(logBinomial + ((order - l) * logRest) + (l * logQ) + moment + (l > 2 ? Math.Log(3) : 0));
        }

        double greatest = terms.Max();
        double log = greatest + Math.Log(terms.Sum(t => Math.Exp(t - greatest)));
        return Math.Min(plain, Math.Max(0, log) / (order - 1));
    }
}
