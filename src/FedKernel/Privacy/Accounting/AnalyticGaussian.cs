// SPDX-License-Identifier: Apache-2.0
// The exact privacy profile of the Gaussian mechanism · B. Balle, Y.-X. Wang, "Improving the Gaussian mechanism for differential
// privacy: analytical calibration and optimal denoising", ICML 2018 (arXiv 1805.06530), theorem 8.
//   δ(ε) = Φ(1/(2z) − εz) − e^ε · Φ(−1/(2z) − εz),   z = σ / sensitivity
// Ranges: ε ≥ 0, 0 < δ < 1, z > 0. The classical σ = Δ·√(2 ln(1.25/δ))/ε is not used: it wastes noise for small ε and breaks its
// promise for large ε.
namespace FedKernel.Privacy.Accounting;

/// <summary>Exact conversions between ε, δ and the noise multiplier of the Gaussian mechanism.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Relative error of ε and z below 10⁻⁹ where δ ≥ 10⁻³⁰⁰.</para>
/// <para><b>Assumptions.</b> Noise of real numbers; float32 noise approximates it.</para>
/// </remarks>
public static class AnalyticGaussian
{
    /// <summary>The δ that the mechanism has at ε.</summary>
    /// <param name="noiseMultiplier">z, positive and finite.</param>
    /// <param name="epsilon">ε ≥ 0.</param>
    public static double Delta(double noiseMultiplier, double epsilon)
    {
        Throw.IfNotInRange(noiseMultiplier, double.Epsilon, double.MaxValue);
        Throw.IfNotInRange(epsilon, 0, double.MaxValue);
        return Math.Exp(LogDelta(noiseMultiplier, epsilon));
    }

    /// <summary>The smallest ε for which the mechanism is (ε, δ)-differentially private; 0 if it is so already at 0.</summary>
    /// <param name="noiseMultiplier">z, positive and finite.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    public static double Epsilon(double noiseMultiplier, double delta)
    {
        Throw.IfNotInRange(noiseMultiplier, 1e-12, double.MaxValue);
        CheckDelta(delta);
        double target = Math.Log(delta);
        if (LogDelta(noiseMultiplier, 0) <= target)
        {
            return 0;
        }

        double high = 1;
        while (LogDelta(noiseMultiplier, high) > target)
        {
            high *= 2;
        }

        return Bisect(0, high, epsilon => LogDelta(noiseMultiplier, epsilon) > target);
    }

    /// <summary>The smallest noise multiplier that is (ε, δ)-differentially private.</summary>
    /// <param name="epsilon">ε &gt; 0.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    public static double NoiseMultiplier(double epsilon, double delta)
    {
        Throw.IfNotInRange(epsilon, 1e-9, 1e9);
        CheckDelta(delta);
        double target = Math.Log(delta);
        double low = 1, high = 1;
        while (LogDelta(low, epsilon) <= target)
        {
            low /= 2;
        }

        while (LogDelta(high, epsilon) > target)
        {
            high *= 2;
        }

        return Bisect(low, high, z => LogDelta(z, epsilon) > target);
    }

    private static void CheckDelta(double delta)
    {
        if (!(delta > 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Must lie in (0, 1).");
        }
    }

    private static double LogDelta(double z, double epsilon)
    {
        double first = NormalDistribution.LogCdf((0.5 / z) - (epsilon * z));
        // e^ε·Φ(−b) is φ(a)·Φ(−b)/φ(b) because b² − a² = 2ε: for small z, ε and ln Φ(−b) are huge and would cancel.
        double a = (0.5 / z) - (epsilon * z), b = (0.5 / z) + (epsilon * z);
        double second = (-0.5 * a * a) + NormalDistribution.LogScaledTail(b);
        return second >= first ? double.NegativeInfinity : first + NormalDistribution.LogOnePlus(-Math.Exp(second - first));
    }

    /// <summary>The upper end of the last interval: the side on which the promise holds.</summary>
    private static double Bisect(double low, double high, Func<double, bool> tooLow)
    {
        for (int i = 0; i < 200; i++)
        {
            double middle = 0.5 * (low + high);
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = tooLow(middle) ? (middle, high) : (low, middle);
        }

        return high;
    }
}
