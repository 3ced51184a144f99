// SPDX-License-Identifier: Apache-2.0
// The accountant of privacy loss distributions (PLD) · V. Doroshenko et al., "Connect the dots", PETS 2022 (arXiv 2207.04380).
// Both bounds are of the same kind, see LossGrid; both directions of a relation are composed, and the worse one counts.
// Ranges: 10⁻²⁰⁰ ≤ δ < 1 (errors are relative to δ, see Composition), ε ≥ 0, at most about 10⁹ releases.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>ε and δ of a history, bracketed by losses on a grid that is chosen for the question.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The history is (ε, δ)-differentially private for the upper end; for the lower end it is not, by the laws
/// of outputs that the events describe. An infinite upper end says that this method has no bound.</para>
/// <para><b>Grid.</b> h is such that the bracket is narrower than 8·10⁻⁴ of ε where 2²¹ points can do that: finer for a small ε.</para>
/// <para><b>Edge cases.</b> An (ε, δ) event of which no more is known adds nothing to the lower end. See LossHistory for the discrete
/// Gaussian.</para>
/// </remarks>
internal static class LossDistributionAccountant
{
    private const double LeastDelta = 1e-200;

    /// <summary>Whether <see cref="Epsilon"/> and <see cref="Delta"/> accept this history.</summary>
    public static bool Knows(PrivacyEvent history) => LossHistory.Knows(history);

    /// <summary>The bracket of ε at δ.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="delta">10⁻²⁰⁰ to 1, without 1.</param>
    /// <exception cref="ArgumentException">An event of a kind that has no known loss; a number out of its range.</exception>
    public static PrivacyBracket Epsilon(PrivacyEvent history, double delta)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (!(delta >= LeastDelta && delta < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, $"Must lie in [{LeastDelta}, 1).");
        }

        LossHistory any = LossHistory.Of(history, added: false, above: true);
        if (any.FailureMass == 0)
        {
            (double least, double greatest) = Both(history, new EpsilonQuestion(delta), any.IsBounded);
            return Named(least, greatest, any.IsBounded);
        }

        // Noise within a distance β of the ideal law for both neighbours moves δ by at most (1 + e^ε)·β. A share of δ is set aside
        // for that, a small one if it will do.
        double upper = double.PositiveInfinity, lower = 0;
        foreach (double share in (ReadOnlySpan<double>)[1e-6, 0.5])
        {
            (_, double high) = Both(history, new EpsilonQuestion(delta * (1 - share)), any.IsBounded);
            (double low, _) = Both(history, new EpsilonQuestion(Math.Min(delta * (1 + share), 1 - 1e-12)), any.IsBounded);
            upper = Moved(any, high) <= share * delta ? Math.Min(upper, high) : upper;
            lower = Moved(any, low) <= share * delta ? Math.Max(lower, low) : lower;
            if (double.IsFinite(upper))
            {
                break;
            }
        }

        return Named(lower, upper, any.IsBounded);
    }

    /// <summary>The bracket of δ at ε.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="epsilon">ε ≥ 0.</param>
    /// <exception cref="ArgumentException">An event of a kind that has no known loss; a number out of its range.</exception>
    public static PrivacyBracket Delta(PrivacyEvent history, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(history);
        Throw.IfNotInRange(epsilon, 0, double.MaxValue);
        LossHistory any = LossHistory.Of(history, added: false, above: true);
        (double lower, double upper) = Both(history, new DeltaQuestion(epsilon), any.IsBounded);
        double moved = any.FailureMass > 0 ? Moved(any, epsilon) : 0;
        return Named(Math.Max(0, lower - moved), any.IsBounded ? Math.Min(1, upper + moved) : 1, any.IsBounded);
    }

    private static double Moved(LossHistory history, double epsilon) => history.FailureMass * (1 + Math.Exp(epsilon));

    private static PrivacyBracket Named(double lower, double upper, bool bounded) => new(
        lower,
        upper,
        "PLD, tangents from below",
        !bounded ? "none: no PLD dominates this history"
            : double.IsFinite(upper) ? "PLD, connect the dots" : "none: no grid tells losses so great, or a δ so small, apart");

    /// <summary>Both ends, over both directions.</summary>
    private static (double Lower, double Upper) Both(PrivacyEvent history, LossQuestion question, bool bounded)
    {
        double lower = 0, upper = bounded ? 0 : double.PositiveInfinity;
        IReadOnlyList<LossPart>? before = null;
        foreach (bool added in (ReadOnlySpan<bool>)[false, true])
        {
            IReadOnlyList<LossPart> above = LossHistory.Of(history, added, above: true).Parts;
            IReadOnlyList<LossPart> below = LossHistory.Of(history, added, above: false).Parts;
            if (before?.SequenceEqual(above) == true)
            {
                // Nothing was sampled: the directions are mirror images.
                break;
            }

            before = above;
            bool same = above.SequenceEqual(below);
            if (bounded)
            {
                (double low, double high) = LossSearch.Answer(above, question, upper);
                (lower, upper) = (same ? Math.Max(lower, low) : lower, Math.Max(upper, high));
            }

            if (!bounded || !same)
            {
                lower = Math.Max(lower, LossSearch.Answer(below, question, 0).Lower);
            }
        }

        return (lower, upper);
    }
}
