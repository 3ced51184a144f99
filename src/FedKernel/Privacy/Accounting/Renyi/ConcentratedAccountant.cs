// SPDX-License-Identifier: Apache-2.0
// zCDP · M. Bun, T. Steinke, TCC 2016; conversion of Canonne, Kamath, Steinke 2020, proposition 12, at its best real order:
//   ε(α) = ρα + ln(1 − 1/α) − ln(δα)/(α − 1),            least where ρ(α − 1)² = −ln(δα)
//   ln δ(α) = (α − 1)(ρα − ε + ln(1 − 1/α)) − ln α,        least where (2α − 1)ρ + ln(1 − 1/α) = ε
// Both conditions are monotone in α.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Upper bounds for histories of zero-concentrated releases, over all real orders instead of a list.</summary>
internal static class ConcentratedAccountant
{
    /// <summary>ρ of the whole history; null if a release in it is not known to be concentrated.</summary>
    public static double? Rho(PrivacyEvent history) => history switch
    {
        GaussianEvent e => 0.5 / e.NoiseMultiplier / e.NoiseMultiplier,
        ConcentratedEvent e => e.Rho,
        DiscreteGaussianEvent { FailureMass: 0 } e => Rho(e),
        DistributedDiscreteGaussianEvent { FailureMass: 0 } e => DistributedDiscreteGaussianRenyi.Rho(e),
        EpochEvent e => Rho(e.Inner),
        RepeatedEvent e => e.Count * Rho(e.Inner),
        ComposedEvent e => e.Parts.Aggregate((double?)0, (sum, part) => sum + Rho(part)),
        PoissonSampledEvent { SamplingProbability: 1 } e => Rho(e.Inner),
        _ => null,
    };

    /// <summary>Δ²/2σ²: Canonne, Kamath, Steinke 2020, theorem 14.</summary>
    public static double Rho(DiscreteGaussianEvent e)
    {
        double ratio = e.Sensitivity / e.Sigma;
        return 0.5 * ratio * ratio;
    }

    /// <summary>ε of ρ-zCDP at δ.</summary>
    public static double Epsilon(double rho, double delta)
    {
        // Found as ln(α − 1): the best order is near 1 for large ρ and without limit for small.
        double order = 1 + Root(excess => Math.Log(delta) + Math.Log(1 + excess) + (rho * excess * excess) > 0);
        return Math.Max(0, RenyiConversion.Epsilon(order, rho * order, delta));
    }

    /// <summary>δ of ρ-zCDP at ε.</summary>
    public static double Delta(double rho, double epsilon)
    {
        double order = 1 + Root(excess => (((2 * excess) + 1) * rho) + Math.Log(excess / (1 + excess)) > epsilon);
        return Math.Min(1, Math.Exp(RenyiConversion.LogDelta(order, rho * order, epsilon)));
    }

    private static double Root(Func<double, bool> isAbove)
    {
        double low = -30, high = 60;
        for (int i = 0; i < 60; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = isAbove(Math.Exp(middle)) ? (low, middle) : (middle, high);
        }

        return Math.Exp(high);
    }
}
