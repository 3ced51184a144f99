// SPDX-License-Identifier: Apache-2.0
// Privacy auditing in one run · T. Steinke, M. Nasr, M. Jagielski, NeurIPS 2023 (arXiv 2305.08846), the approximate-DP bound.
// m canaries are in or out by fair coins; an attack guesses r of them and v guesses are right. Under (ε, δ)
//   P(v or more right) ≤ β + 2mδ · max over i ≥ 1 of P(v − i ≤ X < v) / i,   X ~ Bin(r, 1/(1 + e^−ε)),  β = P(X ≥ v).
// Ranges: 0 ≤ v ≤ r ≤ m, ε ≥ 0, 0 ≤ δ < 1.
// Different here: tails in log space; the maximum over i stops where the running mean starts to fall for good.
namespace FedKernel.Privacy.Auditing;

/// <summary>A lower bound of ε from the guesses about one release.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> If the release is (ε, δ)-differentially private for add-or-remove-one neighbours, the bound exceeds ε with
/// probability at most α over coins and noise.</para>
/// <para><b>Assumptions.</b> Coins are fair, independent and unknown to whoever guesses; r was fixed before the coins were known, or
/// depends on the release alone, and one r is looked at: several share α.</para>
/// <para><b>Edge cases.</b> No guess, or no more right than coins alone explain: 0.</para>
/// </remarks>
public static class OneRunAudit
{
    /// <summary>The p-value of the claim (ε, δ), at most 1.</summary>
    /// <param name="canaries">m, 1 to 2⁴⁰.</param>
    /// <param name="guesses">r, 0 to m.</param>
    /// <param name="correct">v, 0 to r.</param>
    /// <param name="epsilon">The claimed ε ≥ 0.</param>
    /// <param name="delta">The claimed δ, 0 to below 1.</param>
    public static double PValue(long canaries, long guesses, long correct, double epsilon, double delta)
    {
        AuditParameters.CheckGuesses(canaries, guesses, correct);
        Throw.IfNotInRange(epsilon, 0, double.MaxValue);
        AuditParameters.CheckDelta(delta);
        double logit = Math.Min(epsilon, 700);
        double p = Math.Exp(BinomialTail.LogUpper(correct, guesses, logit));
        return delta == 0 ? p : Math.Min(1, p + (2.0 * canaries * delta * LargestMean(guesses, correct, logit)));
    }

    /// <summary>The largest ε whose p-value is at most α; 0 if even ε = 0 is not refuted.</summary>
    /// <param name="canaries">m, 1 to 2⁴⁰.</param>
    /// <param name="guesses">r, 0 to m.</param>
    /// <param name="correct">v, 0 to r.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    /// <param name="delta">δ, 0 to below 1.</param>
    public static double Epsilon(long canaries, long guesses, long correct, double alpha, double delta)
    {
        AuditParameters.CheckGuesses(canaries, guesses, correct);
        AuditParameters.CheckAlpha(alpha);
        AuditParameters.CheckDelta(delta);
        return Refutation.Largest(epsilon => PValue(canaries, guesses, correct, epsilon, delta) <= alpha, 0);
    }

    /// <summary>max over i of (1/i)·Σ of P(X = v − j), j = 1 … i.</summary>
    private static double LargestMean(long guesses, long correct, double logit)
    {
        if (correct == 0)
        {
            return 0;
        }

        double mode = (guesses + 1) * Math.Exp(BinomialTail.LogSigmoid(logit));
        double inverseOdds = Math.Exp(-logit);
        double term = 1, sum = 0, best = 0, logScale = BinomialTail.LogMass(correct - 1, guesses, logit);
        for (long k = correct - 1; ; k--)
        {
            sum += term;
            double mean = sum / (correct - k);
            bool falls = term < mean && k <= mode;
            best = Math.Max(best, mean);
            if (k == 0 || falls)
            {
                return best * Math.Exp(logScale);
            }

            // P(X = k − 1) / P(X = k); far above the mode the terms grow beyond a double and are scaled back.
            term *= k / (double)(guesses - k + 1) * inverseOdds;
            if (term > 1e200)
            {
                (term, sum, best, logScale) = (term * 1e-200, sum * 1e-200, best * 1e-200, logScale + (200 * Math.Log(10)));
            }
        }
    }
}
