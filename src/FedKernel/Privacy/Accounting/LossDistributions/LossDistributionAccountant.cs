// SPDX-License-Identifier: Apache-2.0
// The accountant of privacy loss distributions (PLD) · V. Doroshenko et al., "Connect the dots", PETS 2022 (arXiv 2207.04380).
// Both bounds are of the same kind, see LossGrid; both directions of a relation are composed, and the worse one counts.
// Ranges: 0 < δ < 1 (told apart from rounding down to 10⁻²⁰⁰, see Composition), ε ≥ 0, compositions of up to 10⁹ releases.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>ε and δ of a history, bracketed by losses on a grid that is chosen for the question.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The history is (ε, δ)-differentially private for the upper end; for the lower end it is not, by the pair
/// of outputs' laws that the events describe.</para>
/// <para><b>Grid.</b> h is such that the bracket is narrower than 5·10⁻⁴ of ε where at most 2²⁰ points do: finer for a small ε.</para>
/// </remarks>
internal static class LossDistributionAccountant
{
    /// <summary>Whether <see cref="Epsilon"/> and <see cref="Delta"/> accept this history.</summary>
    public static bool Knows(PrivacyEvent history) => LossHistory.Knows(history);

    /// <summary>The bracket of ε at δ.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <exception cref="ArgumentException">An event of a kind that has no known loss; a number out of its range.</exception>
    public static PrivacyBracket Epsilon(PrivacyEvent history, double delta)
    {
        if (!(delta > 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Must lie in (0, 1).");
        }

        return Bracket(history, new EpsilonQuestion(delta));
    }

    /// <summary>The bracket of δ at ε.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="epsilon">ε ≥ 0.</param>
    /// <exception cref="ArgumentException">An event of a kind that has no known loss; a number out of its range.</exception>
    public static PrivacyBracket Delta(PrivacyEvent history, double epsilon)
    {
        Throw.IfNotInRange(epsilon, 0, double.MaxValue);
        return Bracket(history, new DeltaQuestion(epsilon));
    }

    private static PrivacyBracket Bracket(PrivacyEvent history, LossQuestion question)
    {
        ArgumentNullException.ThrowIfNull(history);
        IReadOnlyList<LossPart> removed = LossHistory.Parts(history, added: false);
        IReadOnlyList<LossPart> added = LossHistory.Parts(history, added: true);
        (double lower, double upper) = LossSearch.Answer(removed, question, 0);
        if (!removed.SequenceEqual(added))
        {
            (double lowerAdded, double upperAdded) = LossSearch.Answer(added, question, upper);
            (lower, upper) = (Math.Max(lower, lowerAdded), Math.Max(upper, upperAdded));
        }

        return new PrivacyBracket(lower, upper, "PLD, tangents from below", "PLD, connect the dots");
    }
}
