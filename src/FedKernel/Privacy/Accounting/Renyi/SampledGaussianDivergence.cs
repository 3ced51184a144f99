// SPDX-License-Identifier: Apache-2.0
// Rényi divergence of the Poisson-subsampled Gaussian, add-or-remove-one · I. Mironov, K. Talwar, L. Zhang, "Rényi differential
// privacy of the sampled Gaussian mechanism", 2019 (arXiv 1908.10530), section 3.3.
//   A = E[((1−q) + q·w)^α],  w = e^{(2x−1)/2z²},  x ~ N(0, z²);   D_α = ln A / (α − 1)
//   integer α: A = Σ_i C(α,i)(1−q)^{α−i} q^i e^{(i²−i)/2z²}
// Ranges: 0 < q ≤ 1, z > 0, α > 1.
// What differs: A − 1 is summed, by terms that are all positive: Σ of the weights is 1, so each exponential is lessened by one. For
// small q and large z, where A is 1 + 10⁻¹⁶ and less, the peers return rounding noise. Fractional orders: see the two files beside.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Order α of the Poisson-subsampled Gaussian mechanism.</summary>
internal static class SampledGaussianDivergence
{
    /// <summary>Below this z the series has 15 digits within α + 30 terms; above it the quadrature needs few nodes.</summary>
    private const double SmallNoise = 0.06;

    /// <summary>D_α in either direction.</summary>
    /// <param name="samplingProbability">q in (0, 1].</param>
    /// <param name="noiseMultiplier">z.</param>
    /// <param name="order">α &gt; 1.</param>
    public static double Of(double samplingProbability, double noiseMultiplier, double order)
    {
        double q = samplingProbability, z = noiseMultiplier;
        if (q == 1)
        {
            return order / 2 / z / z;
        }

        double log = order == Math.Floor(order) && order <= 4096
            ? LogOfIntegerOrder(q, z, (int)order)
            : z < SmallNoise ? SampledGaussianSeries.LogExcess(q, z, order) : SampledGaussianQuadrature.LogExcess(q, z, order);
        return LogSum.LogOnePlusExp(log) / (order - 1);
    }

    /// <summary>ln(A − 1).</summary>
    private static double LogOfIntegerOrder(double q, double z, int order)
    {
        var sum = new LogSum();
        double logQ = Math.Log(q), logRest = NormalDistribution.LogOnePlus(-q), logBinomial = Math.Log(order);
        for (int i = 2; i <= order; i++)
        {
            logBinomial += Math.Log((order - i + 1.0) / i);
            double exponent = (double)i * (i - 1) / 2 / z / z;
            sum.Add(logBinomial + (i * logQ) + ((order - i) * logRest) + LogSum.LogExpMinusOne(exponent));
        }

        return sum.Log;
    }
}
