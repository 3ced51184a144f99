// SPDX-License-Identifier: Apache-2.0
// ε from below by one attack's confusion matrix. Under (ε, δ)-differential privacy TPR ≤ e^ε·FPR + δ and TNR ≤ e^ε·FNR + δ.
//   exact: M. Jagielski, J. Ullman, A. Oprea, "Auditing differentially private machine learning", NeurIPS 2020 (arXiv 2006.07709):
//     ε ≥ ln((TPR⁻ − δ) / FPR⁺), limits by Clopper and Pearson at α/2 each; the second inequality needs no limits of its own.
//   Gaussian: M. Nasr et al., "Tight auditing of differentially private machine learning", 2023 (arXiv 2302.07956):
//     μ ≥ Φ⁻¹(1 − FPR⁺) − Φ⁻¹(FNR⁺), then ε(δ) of that μ.
//   estimators: K. Aho, R. Bowyer, Methods in Ecology and Evolution 6, 2015, as in the R package asbio and TensorFlow Privacy.
// Ranges: counts ≥ 0, at least one canary in and one out; 0 < α < 0.5; 0 ≤ δ < 1.
namespace FedKernel.Privacy.Auditing;

/// <summary>Lower bounds of ε from counts of a membership attack.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> <see cref="ClopperPearson"/> exceeds the true ε with probability at most α; so does
/// <see cref="GaussianTradeOff"/> if the mechanism's trade-off curve is Gaussian. <see cref="Estimate"/> promises it for large counts
/// only.</para>
/// <para><b>Assumptions.</b> One canary's score says nothing about another's: one run a canary, or a mechanism that treats canaries
/// apart, as independent noise on orthogonal canaries does. Else use <see cref="OneRunAudit"/>. The threshold was fixed before these
/// canaries were scored; of several thresholds each gets its share of α.</para>
/// <para><b>Edge cases.</b> A bound below 0 says nothing and is given as 0.</para>
/// </remarks>
public static class EpsilonLowerBound
{
    /// <summary>max(0, ln((TPR⁻ − δ)/FPR⁺), ln((TNR⁻ − δ)/FNR⁺)) with exact limits.</summary>
    /// <param name="counts">What the attack got right and wrong.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    /// <param name="delta">δ, 0 to below 1.</param>
    public static double ClopperPearson(ConfusionMatrix counts, double alpha, double delta = 0)
    {
        (double falsePositive, double falseNegative) = ErrorLimits(counts, alpha);
        AuditParameters.CheckDelta(delta);
        double positive = (1 - falseNegative - delta) / falsePositive;
        double negative = (1 - falsePositive - delta) / falseNegative;
        return Math.Log(Math.Max(1, Math.Max(positive, negative)));
    }

    /// <summary>ε at δ of the largest μ whose curve the exact limits of FPR and FNR refute.</summary>
    /// <param name="counts">What the attack got right and wrong.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    public static double GaussianTradeOff(ConfusionMatrix counts, double alpha, double delta)
    {
        AuditParameters.CheckPositiveDelta(delta);
        return OneRunTradeOffAudit.GaussianEpsilon(GaussianMu(counts, alpha), delta);
    }

    /// <summary>max(0, Φ⁻¹(1 − FPR⁺) − Φ⁻¹(FNR⁺)).</summary>
    /// <param name="counts">What the attack got right and wrong.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    public static double GaussianMu(ConfusionMatrix counts, double alpha)
    {
        (double falsePositive, double falseNegative) = ErrorLimits(counts, alpha);
        return Math.Max(0, -StandardNormal.Quantile(falsePositive) - StandardNormal.Quantile(falseNegative));
    }

    /// <summary>max(0, ln of the ratio's limit): of TPR/FPR and of TNR/FNR, each at α/2.</summary>
    /// <remarks>With δ > 0 half of each α goes to an exact limit of the numerator: (p − δ)/q ≥ (p/q)⁻·(1 − δ/p⁻).</remarks>
    /// <param name="estimator">Which limit.</param>
    /// <param name="counts">What the attack got right and wrong.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    /// <param name="delta">δ, 0 to below 1.</param>
    public static double Estimate(RatioEstimator estimator, ConfusionMatrix counts, double alpha, double delta = 0)
    {
        AuditParameters.CheckAlpha(alpha);
        AuditParameters.CheckDelta(delta);
        counts.Validate();
        var turned = new ConfusionMatrix(counts.TrueNegatives, counts.FalsePositives, counts.FalseNegatives, counts.TruePositives);
        double ratio = Math.Max(Limit(counts), Limit(turned));
        return Math.Log(Math.Max(1, ratio));

        double Limit(ConfusionMatrix c)
        {
            if (delta == 0)
            {
                return RatioLowerLimit(estimator, c, alpha / 2);
            }

            double numerator = Auditing.ClopperPearson.Lower(c.TruePositives, c.Positives, alpha / 4);
            return numerator > delta ? RatioLowerLimit(estimator, c, alpha / 4) * (1 - (delta / numerator)) : 0;
        }
    }

    /// <summary>The lower limit of TPR / FPR; 0 where nothing can be said.</summary>
    /// <param name="estimator">Which limit.</param>
    /// <param name="counts">What the attack got right and wrong.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5.</param>
    public static double RatioLowerLimit(RatioEstimator estimator, ConfusionMatrix counts, double alpha)
    {
        AuditParameters.CheckAlpha(alpha);
        counts.Validate();
        var ratio = new RatioLimit(counts, StandardNormal.Quantile(alpha));
        return estimator switch
        {
            RatioEstimator.KatzLog => ratio.KatzLog(),
            RatioEstimator.AdjustedLog => ratio.AdjustedLog(),
            RatioEstimator.Bailey => ratio.Bailey(),
            RatioEstimator.InverseSinh => ratio.InverseSinh(),
            _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "Unknown estimator."),
        };
    }

    /// <summary>FPR⁺ and FNR⁺: both hold together but with probability α.</summary>
    internal static (double FalsePositive, double FalseNegative) ErrorLimits(ConfusionMatrix counts, double alpha)
    {
        AuditParameters.CheckAlpha(alpha);
        counts.Validate();
        return (Auditing.ClopperPearson.Upper(counts.FalsePositives, counts.Negatives, alpha / 2),
            Auditing.ClopperPearson.Upper(counts.FalseNegatives, counts.Positives, alpha / 2));
    }
}
