// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting.LossDistributions;
using FedKernel.Privacy.Accounting.Renyi;

namespace FedKernel.Privacy.Accounting;

/// <summary>What one method says.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Lower">0 where it gives none.</param>
/// <param name="Upper">∞ where it gives none, and 1 for δ.</param>
internal sealed record MethodAnswer(string Method, double Lower, double Upper);

/// <summary>A way to bound ε at δ and δ at ε of a history without failure mass.</summary>
internal abstract class AccountingMethod
{
    /// <summary>All of them, cheap ones first.</summary>
    public static IReadOnlyList<AccountingMethod> All { get; } =
    [
        new ExactGaussian(), new GaussianParts(), new Concentrated(), new Basic(), new Renyi(), new LossDistributions(),
    ];

    /// <summary>As it is named in brackets.</summary>
    public abstract string Name { get; }

    /// <summary>Whether an answer is exact: then the slow methods need not be asked.</summary>
    public virtual bool IsExact => false;

    /// <summary>Whether an answer takes more than milliseconds.</summary>
    public virtual bool IsSlow => false;

    /// <summary>Whether it gives an upper bound: without one, nothing is known.</summary>
    public virtual bool HasUpper => true;

    public abstract bool Knows(PrivacyEvent history);

    /// <summary>Bounds of ε: 0 and ∞ where there is none.</summary>
    public abstract (double Lower, double Upper) Epsilon(PrivacyEvent history, double delta);

    /// <summary>Bounds of δ: 0 and 1 where there is none.</summary>
    public abstract (double Lower, double Upper) Delta(PrivacyEvent history, double epsilon);

    private sealed class ExactGaussian : AccountingMethod
    {
        public override string Name => "exact Gaussian";

        public override bool IsExact => true;

        public override bool Knows(PrivacyEvent history) => GaussianHistory.NoiseMultiplier(history) is not null;

        public override (double, double) Epsilon(PrivacyEvent history, double delta)
        {
            double epsilon = AnalyticGaussian.Epsilon(GaussianHistory.NoiseMultiplier(history)!.Value, delta);
            return (epsilon, epsilon);
        }

        public override (double, double) Delta(PrivacyEvent history, double epsilon)
        {
            double delta = AnalyticGaussian.Delta(GaussianHistory.NoiseMultiplier(history)!.Value, epsilon);
            return (delta, delta);
        }
    }

    private sealed class GaussianParts : AccountingMethod
    {
        public override string Name => "exact Gaussian, of the Gaussian releases alone";

        public override bool HasUpper => false;

        public override bool Knows(PrivacyEvent history) =>
            GaussianHistory.NoiseMultiplier(history) is null && GaussianHistory.NoiseMultiplierOfParts(history) is not null;

        public override (double, double) Epsilon(PrivacyEvent history, double delta) =>
            (AnalyticGaussian.Epsilon(GaussianHistory.NoiseMultiplierOfParts(history)!.Value, delta), double.PositiveInfinity);

        public override (double, double) Delta(PrivacyEvent history, double epsilon) =>
            (AnalyticGaussian.Delta(GaussianHistory.NoiseMultiplierOfParts(history)!.Value, epsilon), 1);
    }

    private sealed class Concentrated : AccountingMethod
    {
        public override string Name => "zCDP";

        public override bool Knows(PrivacyEvent history) => ConcentratedAccountant.Rho(history) is not null;

        public override (double, double) Epsilon(PrivacyEvent history, double delta) =>
            (0, ConcentratedAccountant.Epsilon(ConcentratedAccountant.Rho(history)!.Value, delta));

        public override (double, double) Delta(PrivacyEvent history, double epsilon) =>
            (0, ConcentratedAccountant.Delta(ConcentratedAccountant.Rho(history)!.Value, epsilon));
    }

    private sealed class Basic : AccountingMethod
    {
        public override string Name => "basic composition";

        public override bool Knows(PrivacyEvent history) => BasicComposition.Of(history) is not null;

        public override (double, double) Epsilon(PrivacyEvent history, double delta)
        {
            (double epsilon, double used) = BasicComposition.Of(history)!.Value;
            return (0, used <= delta ? epsilon : double.PositiveInfinity);
        }

        public override (double, double) Delta(PrivacyEvent history, double epsilon)
        {
            (double sum, double used) = BasicComposition.Of(history)!.Value;
            return (0, sum <= epsilon ? Math.Min(1, used) : 1);
        }
    }

    private sealed class Renyi : AccountingMethod
    {
        public override string Name => "RDP";

        public override bool Knows(PrivacyEvent history) => RenyiAccountant.Knows(history);

        public override (double, double) Epsilon(PrivacyEvent history, double delta) => (0, RenyiAccountant.Epsilon(history, delta));

        public override (double, double) Delta(PrivacyEvent history, double epsilon) => (0, RenyiAccountant.Delta(history, epsilon));
    }

    private sealed class LossDistributions : AccountingMethod
    {
        public override string Name => "PLD";

        public override bool IsSlow => true;

        public override bool Knows(PrivacyEvent history) => LossDistributionAccountant.Knows(history);

        public override (double, double) Epsilon(PrivacyEvent history, double delta) =>
            IsTooLarge(history, delta)
                ? (0, double.PositiveInfinity)
                : Bounds(() => LossDistributionAccountant.Epsilon(history, delta), double.PositiveInfinity);

        public override (double, double) Delta(PrivacyEvent history, double epsilon) =>
            IsTooLarge(history, 0.5) ? (0, 1) : Bounds(() => LossDistributionAccountant.Delta(history, epsilon), 1);

        /// <summary>
        /// Where losses add up to millions, a grid is slow, its lower end is often that of the other direction, and nobody needs that ε
        /// sharply: it is left to the other methods.
        /// </summary>
        private static bool IsTooLarge(PrivacyEvent history, double delta) =>
            RenyiAccountant.Knows(history) && !(RenyiAccountant.Epsilon(history, delta) < 1e6);

        /// <summary>Noise outside the range of its grids, or more losses than indices, leaves the question to the other methods.</summary>
        private static (double, double) Bounds(Func<PrivacyBracket> ask, double none)
        {
            try
            {
                PrivacyBracket bracket = ask();
                return (bracket.Lower, bracket.Upper);
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
            {
                return (0, none);
            }
        }
    }
}
