// SPDX-License-Identifier: Apache-2.0
// The pair that dominates every (ε, δ)-differentially private release: with probability δ all is shown, else a bit is answered
// truthfully with probability e^ε/(1 + e^ε) · P. Kairouz, S. Oh, P. Viswanath, "The composition theorem for differential privacy",
// ICML 2015, section 3.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of a release of which only (ε, δ) is known: an upper bound.</summary>
internal sealed record ApproximateLoss(double Epsilon, double Delta) : LossSource
{
    /// <inheritdoc/>
    public override (double Anchor, double Spacing) Atoms => (-Epsilon, 2 * Epsilon);

    /// <inheritdoc/>
    public override double Outside(double tail) => Delta;

    /// <inheritdoc/>
    public override (double Least, double Greatest) Range(double tail) => (-Epsilon, Epsilon);

    /// <inheritdoc/>
    public override void Visit<TSink>(GridLines lines, double tail, ref TSink sink)
    {
        double odds = Math.Exp(-Epsilon);
        sink.Add(-Epsilon, (1 - Delta) * odds / (1 + odds));
        sink.Add(Epsilon, (1 - Delta) / (1 + odds));
    }
}
