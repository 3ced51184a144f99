// SPDX-License-Identifier: Apache-2.0
// Tails of the binomial distribution in log space.
// Mass by C. Loader, "Fast and accurate computation of binomial probabilities", 2000: Stirling's error and the deviance instead of
// differences of large logarithms. Tail: the mass at its edge times the series of ratios of neighbours, all terms positive; on the
// heavy side the complement of the light one. Success probability by its logit, p = 1 / (1 + e^−t): 1 − p is never rounded away.
// The incomplete beta function says the same and would need a continued fraction besides.
// Cost: about 6·√n terms at the mean, fewer further out.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Auditing;

/// <summary>Binomial probabilities at any n, relative error below 10⁻¹² where n ≤ 10⁹.</summary>
internal static class BinomialTail
{
    private const double HalfLogTwoPi = 0.918938533204672741780;

    /// <summary>ln P(X = k) for X ~ Bin(n, 1/(1 + e^−t)).</summary>
    public static double LogMass(long k, long n, double logit)
    {
        if (k < 0 || k > n)
        {
            return double.NegativeInfinity;
        }

        if (k == 0)
        {
            return n * LogSigmoid(-logit);
        }

        if (k == n)
        {
            return n * LogSigmoid(logit);
        }

        double mean = n * Math.Exp(LogSigmoid(logit));
        double meanFailures = n * Math.Exp(LogSigmoid(-logit));
        double shape = StirlingError(n) - StirlingError(k) - StirlingError(n - k);
        return shape - Deviance(k, mean) - Deviance(n - k, meanFailures)
            + (0.5 * Math.Log((double)n / k / (n - k))) - HalfLogTwoPi;
    }

    /// <summary>ln P(X ≥ k).</summary>
    public static double LogUpper(long k, long n, double logit)
    {
        if (k <= 0)
        {
            return 0;
        }

        if (k > n)
        {
            return double.NegativeInfinity;
        }

        bool isLightSide = k > n * Math.Exp(LogSigmoid(logit));
        return isLightSide
            ? LightTail(k, n, logit)
            : NormalDistribution.LogOnePlus(-Math.Exp(LightTail(n - k + 1, n, -logit)));
    }

    /// <summary>ln P(X ≤ k).</summary>
    public static double LogLower(long k, long n, double logit) => LogUpper(n - k, n, -logit);

    /// <summary>ln(1 / (1 + e^−t)).</summary>
    public static double LogSigmoid(double logit) => logit >= 0
        ? -NormalDistribution.LogOnePlus(Math.Exp(-logit))
        : logit - NormalDistribution.LogOnePlus(Math.Exp(logit));

    /// <summary>ln P(X ≥ k) for k above the mean.</summary>
    private static double LightTail(long k, long n, double logit)
    {
        double odds = Math.Exp(logit), term = 1, sum = 1;
        for (long j = k; j < n && term > 1e-17 * sum; j++)
        {
            term *= (n - j) / (double)(j + 1) * odds;
            sum += term;
        }

        return Math.Min(0, LogMass(k, n, logit) + Math.Log(sum));
    }

    /// <summary>ln n! less Stirling's formula, n ≥ 1.</summary>
    private static double StirlingError(long n)
    {
        if (n < 16)
        {
            double factorial = 1;
            for (int i = 2; i <= n; i++)
            {
                factorial *= i;
            }

            return Math.Log(factorial) - ((n + 0.5) * Math.Log(n)) + n - HalfLogTwoPi;
        }

        double x = 1.0 / n, y = x * x;
        return x * ((1.0 / 12) - (y * ((1.0 / 360) - (y * ((1.0 / 1260) - (y * ((1.0 / 1680) - (y / 1188))))))));
    }

    /// <summary>x·ln(x / mean) + mean − x without cancellation where x is near the mean.</summary>
    private static double Deviance(double x, double mean)
    {
        double difference = x - mean;
        if (Math.Abs(difference) >= 0.1 * (x + mean))
        {
            return (x * Math.Log(x / mean)) + mean - x;
        }

        double v = difference / (x + mean), sum = difference * v, term = 2 * x * v;
        for (int j = 3; ; j += 2)
        {
            term *= v * v;
            double next = sum + (term / j);
            if (next == sum)
            {
                return sum;
            }

            sum = next;
        }
    }
}
