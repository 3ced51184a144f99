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
        ArgumentNullException.ThrowIfNull(history);
        EventParameter.Delta(delta);
        double mass = FailureMass.Total(history);
        PrivacyEvent exact = mass == 0 ? history : FailureMass.Strip(history);
        AccountingMethod[] methods = Known(exact);

        var uppers = new List<Bound>();
        double least = double.PositiveInfinity;
        foreach (AccountingMethod method in methods)
        {
            double upper = FailureMass.Epsilon(d => method.Epsilon(exact, d).Upper, delta, mass, least);
            uppers.Add(new Bound(upper, method.Name));
            least = Math.Min(least, upper);
        }

        // The other way round: what holds with failures at δ holds without at δ and their price.
        double all = delta + FailureMass.Price(mass, least);
        return Bracket("ε", uppers, [.. methods.Select(m => new Bound(all < 1 ? m.Epsilon(exact, all).Lower : 0, m.Name))]);
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
        PrivacyEvent exact = mass == 0 ? history : FailureMass.Strip(history);
        double price = FailureMass.Price(mass, epsilon);
        var answers = Known(exact).Select(m => (m.Name, Bounds: m.Delta(exact, epsilon))).ToList();
        return Bracket(
            "δ",
            [.. answers.Select(a => new Bound(Math.Min(1, a.Bounds.Upper + price), a.Name))],
            [.. answers.Select(a => new Bound(Math.Max(0, a.Bounds.Lower - price), a.Name))]);
    }

    /// <summary>The methods that know the history, without the slow ones where one of them is exact.</summary>
    private static AccountingMethod[] Known(PrivacyEvent history)
    {
        AccountingMethod[] known = [.. AccountingMethod.All.Where(m => m.Knows(history))];
        return known.Any(m => m.HasUpper)
            ? known
            : throw new ArgumentException(
                $"No accountant knows this history. {RenyiProfile.Refusal(history)}", nameof(history));
    }

    private static PrivacyBracket Bracket(string what, IReadOnlyList<Bound> uppers, IReadOnlyList<Bound> lowers)
    {
        Bound upper = uppers.MinBy(b => b.Value), lower = lowers.MaxBy(b => b.Value);
        if (upper.Value < (lower.Value * (1 - 1e-9)) - 1e-12)
        {
            throw new InvalidOperationException(
                $"The {what} of '{upper.Method}', an upper bound, is {upper.Value:R}; that of '{lower.Method}', a lower one, "
                + $"is {lower.Value:R}: one of them is wrong. Please report this history.");
        }

        double value = Math.Min(lower.Value, upper.Value);
        return new PrivacyBracket(value, upper.Value, value > 0 ? lower.Method : "none", upper.Method);
    }

    private readonly record struct Bound(double Value, string Method);
}
