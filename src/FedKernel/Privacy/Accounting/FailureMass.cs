// SPDX-License-Identifier: Apache-2.0
// Sampling that is not exact. If a release is within total variation τ of an exact one on either data set, then
//   P[M'(D) ∈ S] ≤ P[M(D) ∈ S] + τ ≤ e^ε·P[M(D') ∈ S] + δ + τ ≤ e^ε·P[M'(D') ∈ S] + δ + (1 + e^ε)τ
// and τ adds up over adaptive releases. Charging τ alone would hold only for failures that do not depend on the sample drawn: cut
// tails are not such.
namespace FedKernel.Privacy.Accounting;

/// <summary>The exact history beside a history with failures, and the price of the difference.</summary>
internal static class FailureMass
{
    /// <summary>τ of the whole history.</summary>
    public static double Total(PrivacyEvent history) => history switch
    {
        DiscreteGaussianEvent e => e.FailureMass,
        DistributedDiscreteGaussianEvent e => e.FailureMass,
        SkellamEvent e => e.FailureMass,
        EpochEvent e => Total(e.Inner),
        RepeatedEvent e => e.Count * Total(e.Inner),
        ComposedEvent e => e.Parts.Sum(Total),
        PoissonSampledEvent e => Total(e.Inner),
        FixedSizeSampledEvent e => Total(e.Inner),
        _ => 0,
    };

    /// <summary>The same history without failures.</summary>
    public static PrivacyEvent Strip(PrivacyEvent history) => history switch
    {
        DiscreteGaussianEvent e => e with { FailureMass = 0 },
        DistributedDiscreteGaussianEvent e => new DistributedDiscreteGaussianEvent(
            e.ShareSigma, e.Shares, e.Sensitivity, e.SensitivityL1, e.Dimension, 0, e.Relation),
        SkellamEvent e => new SkellamEvent(e.Variance, e.Sensitivity, e.SensitivityL1, 0, e.Relation),
        EpochEvent e => e with { Inner = Strip(e.Inner) },
        RepeatedEvent e => e with { Inner = Strip(e.Inner) },
        ComposedEvent e => new ComposedEvent([.. e.Parts.Select(Strip)]),
        PoissonSampledEvent e => e with { Inner = Strip(e.Inner) },
        FixedSizeSampledEvent e => e with { Inner = Strip(e.Inner) },
        _ => history,
    };

    /// <summary>(1 + e^ε)τ.</summary>
    public static double Price(double mass, double epsilon) => mass == 0 ? 0 : mass * (1 + Math.Exp(epsilon));

    /// <summary>ε at δ of the history with failures, from ε at δ of the exact one.</summary>
    /// <param name="epsilonAt">An upper bound of the exact history; falls with δ.</param>
    /// <param name="delta">δ.</param>
    /// <param name="mass">τ.</param>
    /// <param name="known">An upper bound known already, or ∞.</param>
    public static double Epsilon(Func<double, double> epsilonAt, double delta, double mass, double known)
    {
        if (mass == 0)
        {
            return epsilonAt(delta);
        }

        if (double.IsFinite(known))
        {
            // Priced at an ε that holds, the answer holds if it is no larger, and else the other does: one evaluation.
            double left = delta - Price(mass, known);
            return left > 0 ? Math.Min(known, epsilonAt(left)) : known;
        }

        double epsilon = 0;
        for (int i = 0; i < 100; i++)
        {
            double left = delta - Price(mass, epsilon);
            if (!(left > 0))
            {
                break;
            }

            double next = epsilonAt(left);
            if (next <= epsilon)
            {
                return epsilon;
            }

            epsilon = next * (1 + 1e-12);
        }

        return double.PositiveInfinity;
    }
}
