// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting.Renyi;

namespace FedKernel.Privacy.Accounting;

/// <summary>What a history of releases amounts to. Asks all methods that know its events, and takes the tightest on each side.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The history is (ε, δ)-differentially private for the upper end of the bracket, to 10⁻⁹ of rounding. No method's
/// upper end lies below another's lower end: that is asserted on every call.</para>
/// <para><b>Assumptions.</b> Each event says truthfully what was released. Composition may be adaptive.</para>
/// <para><b>Edge cases.</b> An upper end is ∞ where the δ of the releases themselves exceeds the δ asked for. A lower end is 0 where no
/// method knows better. ρ-zCDP and (ε, δ) releases are taken to be the worst of their kind.</para>
/// </remarks>
public static class PrivacyAccountant
{
    /// <summary>The bracket of ε at δ.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <exception cref="ArgumentException">An event of a kind, or in a combination, that no method knows.</exception>
    /// <exception cref="InvalidOperationException">Two methods contradict each other: a fault in this library.</exception>
    public static PrivacyBracket Epsilon(PrivacyEvent history, double delta)
    {
        IReadOnlyList<MethodAnswer> answers = EpsilonByMethod(history, delta, slowToo: false);
        return Bracket("ε", answers);
    }

    /// <summary>What each method that knows the history says of ε at δ.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <param name="slowToo">Ask the slow methods also where another is exact.</param>
    internal static IReadOnlyList<MethodAnswer> EpsilonByMethod(PrivacyEvent history, double delta, bool slowToo)
    {
        ArgumentNullException.ThrowIfNull(history);
        EventParameter.Delta(delta);
        double mass = FailureMass.Total(history);
        PrivacyEvent exact = SimpleForm.Of(mass == 0 ? history : FailureMass.Strip(history));
        var answers = new List<MethodAnswer>();
        double least = double.PositiveInfinity;
        foreach (AccountingMethod method in Known(exact, slowToo))
        {
            double lower = 0;
            double upper = FailureMass.Epsilon(
                d =>
                {
                    (lower, double answer) = WithoutNaN(method.Epsilon(exact, d));
                    return answer;
                },
                delta,
                mass,
                least);
            least = Math.Min(least, upper);
            if (mass > 0)
            {
                // The other way round: what holds with failures at δ holds without at δ and their price.
                double all = delta + FailureMass.Price(mass, least);
                lower = all < 1 ? WithoutNaN(method.Epsilon(exact, all)).Lower : 0;
            }

            answers.Add(new MethodAnswer(method.Name, lower, upper));
        }

        return answers;
    }

    /// <summary>The bracket of δ at ε.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="epsilon">ε ≥ 0, finite.</param>
    /// <exception cref="ArgumentException">An event of a kind, or in a combination, that no method knows.</exception>
    /// <exception cref="InvalidOperationException">Two methods contradict each other: a fault in this library.</exception>
    public static PrivacyBracket Delta(PrivacyEvent history, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(history);
        Throw.IfNotInRange(epsilon, 0, double.MaxValue);
        double mass = FailureMass.Total(history);
        PrivacyEvent exact = SimpleForm.Of(mass == 0 ? history : FailureMass.Strip(history));
        double price = FailureMass.Price(mass, epsilon);
        return Bracket("δ", [.. Known(exact, slowToo: false).Select(method =>
        {
            (double lower, double upper) = WithoutNaN(method.Delta(exact, epsilon));
            return new MethodAnswer(method.Name, Math.Max(0, lower - price), Math.Min(1, upper + price));
        })]);
    }

    /// <summary>The tightest on each side.</summary>
    /// <exception cref="InvalidOperationException">An upper end lies below another's lower end.</exception>
    internal static PrivacyBracket Bracket(string what, IReadOnlyList<MethodAnswer> answers)
    {
        MethodAnswer upper = answers.MinBy(a => a.Upper)!, lower = answers.MaxBy(a => a.Lower)!;
        if (upper.Upper < (lower.Lower * (1 - 1e-9)) - 1e-12)
        {
            throw new InvalidOperationException(
                $"The {what} of '{upper.Method}', an upper bound, is {upper.Upper:R}; that of '{lower.Method}', a lower one, "
                + $"is {lower.Lower:R}: one of them is wrong. Please report this history.");
        }

        double value = Math.Min(lower.Lower, upper.Upper);
        return new PrivacyBracket(value, upper.Upper, value > 0 ? lower.Method : "none", upper.Method);
    }

    /// <summary>An end that came out as no number, where numbers overflow, promises nothing.</summary>
    private static (double Lower, double Upper) WithoutNaN((double Lower, double Upper) ends) => (
        double.IsNaN(ends.Lower) ? 0 : ends.Lower, double.IsNaN(ends.Upper) ? double.PositiveInfinity : ends.Upper);

    private static List<AccountingMethod> Known(PrivacyEvent history, bool slowToo)
    {
        var known = AccountingMethod.All.Where(m => m.Knows(history)).ToList();
        if (!known.Any(m => m.HasUpper))
        {
            throw new ArgumentException($"No accountant knows this history. {RenyiProfile.Refusal(history)}", nameof(history));
        }

        if (!slowToo && known.Any(m => m.IsExact))
        {
            known.RemoveAll(m => m.IsSlow);
        }

        return known;
    }
}
