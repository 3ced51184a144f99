// SPDX-License-Identifier: Apache-2.0
// Exact confidence limits of a binomial probability · C. Clopper, E. Pearson, Biometrika 26, 1934.
//   upper limit: p with P(X ≤ k; n, p) = α, the (1 − α)-quantile of Beta(k + 1, n − k);  lower: p with P(X ≥ k; n, p) = α.
namespace FedKernel.Privacy.Auditing;

/// <summary>One-sided limits of a probability from k successes in n trials; each is wrong with probability at most α.</summary>
internal static class ClopperPearson
{
    // e^−700 is the smallest probability that is told from 0.
    private const double LargestLogit = 700;

    /// <summary>The least p that k successes or fewer speak against; 1 if every trial succeeded.</summary>
    /// <param name="successes">k, 0 to n.</param>
    /// <param name="trials">n, at least 1.</param>
    /// <param name="alpha">0 &lt; α &lt; 1.</param>
    public static double Upper(long successes, long trials, double alpha)
    {
        if (successes >= trials)
        {
            return 1;
        }

        double target = Math.Log(alpha), low = -LargestLogit, high = LargestLogit;
        while (true)
        {
            double middle = 0.5 * (low + high);
            if (middle <= low || middle >= high)
            {
                return Math.Exp(BinomialTail.LogSigmoid(high));
            }

            (low, high) = BinomialTail.LogLower(successes, trials, middle) > target ? (middle, high) : (low, middle);
        }
    }

    /// <summary>The greatest p that k successes or more speak against; 0 if no trial succeeded.</summary>
    public static double Lower(long successes, long trials, double alpha) => 1 - Upper(trials - successes, trials, alpha);
}
