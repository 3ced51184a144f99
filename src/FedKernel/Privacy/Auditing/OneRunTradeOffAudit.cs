// SPDX-License-Identifier: Apache-2.0
// Auditing f-differential privacy in one run · S. Mahloujifar, L. Melis, K. Chaudhuri, ICML 2025 (arXiv 2410.22235), for two choices
// a canary: in, out.
// m canaries, c guesses, v right, probability α, trade-off curve f. With g the inverse of 1 − f, the least that an event of
// probability x keeps when one coin is turned (for a Gaussian f: Φ(Φ⁻¹(x) − μ)):
//   r ← α·v/m,  h ← α·(c − v)/m;   for i = v − 1 … 0:  h' ← max(h, g(r)),  r ← r + i/(c − i)·(h' − h),  h ← h'
//   the claim is refuted if r + h > c/m: the guesses made in expectation would be more than there are.
// Different here: searched over μ of the Gaussian family and converted to ε once, instead of over ε.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Auditing;

/// <summary>A lower bound of ε from the guesses about one release of a mechanism whose trade-off curve is Gaussian.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> If the release is μ-Gaussian differentially private, the bound exceeds its ε(δ) with probability at most α.
/// For a mechanism of another curve it only says which Gaussian one is refuted: there use <see cref="CanaryAudit.Refutes"/>.</para>
/// <para><b>Assumptions.</b> As <see cref="OneRunAudit"/>.</para>
/// </remarks>
public static class OneRunTradeOffAudit
{
    /// <summary>The largest refuted μ; 0 if none is.</summary>
    /// <param name="canaries">m, 1 to 2⁴⁰.</param>
    /// <param name="guesses">c, 0 to m.</param>
    /// <param name="correct">v, 0 to c.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    public static double Mu(long canaries, long guesses, long correct, double alpha)
    {
        AuditParameters.CheckGuesses(canaries, guesses, correct);
        AuditParameters.CheckAlpha(alpha);
        return Mu(canaries, guesses, correct, alpha, 0);
    }

    /// <summary>ε at δ of the largest refuted μ; 0 if none is.</summary>
    /// <param name="canaries">m, 1 to 2⁴⁰.</param>
    /// <param name="guesses">c, 0 to m.</param>
    /// <param name="correct">v, 0 to c.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    public static double Epsilon(long canaries, long guesses, long correct, double alpha, double delta)
    {
        AuditParameters.CheckPositiveDelta(delta);
        return GaussianEpsilon(Mu(canaries, guesses, correct, alpha), delta);
    }

    /// <summary>Whether guesses so good have probability at most α under the curve.</summary>
    /// <param name="canaries">m.</param>
    /// <param name="guesses">c.</param>
    /// <param name="correct">v.</param>
    /// <param name="alpha">α.</param>
    /// <param name="before">g of the curve.</param>
    internal static bool IsRefuted(long canaries, long guesses, long correct, double alpha, Func<double, double> before)
    {
        double right = alpha * correct / canaries;
        double wrong = alpha * (guesses - correct) / canaries;
        for (long i = correct - 1; i >= 0; i--)
        {
            double next = Math.Max(wrong, before(right));
            if (next == wrong)
            {
                // Neither can change any more.
                break;
            }

            right = Math.Min(1, right + (i / (double)(guesses - i) * (next - wrong)));
            wrong = next;
        }

        return right + wrong > guesses / (double)canaries;
    }

    internal static double Mu(long canaries, long guesses, long correct, double alpha, double floor) => Refutation.Largest(
        mu => IsRefuted(canaries, guesses, correct, alpha, x => StandardNormal.Cdf(StandardNormal.Quantile(x) - mu)), floor);

    internal static double GaussianEpsilon(double mu, double delta) => mu > 1e-9 ? AnalyticGaussian.Epsilon(1 / mu, delta) : 0;
}
