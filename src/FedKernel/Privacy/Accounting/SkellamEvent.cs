// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>Skellam noise on every coordinate of an integer vector, once; also the sum of shares of it.</summary>
/// <remarks>N. Agarwal, P. Kairouz, Z. Liu, "The Skellam mechanism for differentially private federated learning", NeurIPS 2021
/// (arXiv 2110.04995), theorem 3.5. See <see cref="Renyi.SkellamRenyi"/>.</remarks>
public sealed record SkellamEvent : PrivacyEvent
{
    /// <summary>What was released.</summary>
    /// <param name="variance">μ of one coordinate's noise, in squared steps of the grid; positive and finite.</param>
    /// <param name="sensitivity">Δ₂: the L2 sensitivity, in steps; an integer of at least 1.</param>
    /// <param name="sensitivityL1">Δ₁: the L1 sensitivity, in steps; an integer of at least Δ₂.</param>
    /// <param name="failureMass">Total variation distance between the whole noise vector and the exact law; costs (1 + e^ε) times that of δ. 0 to 1.</param>
    /// <param name="relation">The relation that the sensitivities were taken for.</param>
    public SkellamEvent(double variance, double sensitivity, double sensitivityL1, double failureMass, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(variance, double.Epsilon, double.MaxValue);
        Throw.IfNotInRange(sensitivity, 1, double.MaxValue);
        Throw.IfNotInRange(sensitivityL1, sensitivity, double.MaxValue);
        Throw.IfNotInRange(failureMass, 0, 1);
        EventParameter.Known(relation, nameof(relation));
        (Variance, Sensitivity, SensitivityL1, FailureMass, Relation) = (variance, sensitivity, sensitivityL1, failureMass, relation);
    }

    /// <summary>μ.</summary>
    public double Variance { get; }

    /// <summary>Δ₂.</summary>
    public double Sensitivity { get; }

    /// <summary>Δ₁.</summary>
    public double SensitivityL1 { get; }

    /// <summary>Distance from the exact law, in total variation.</summary>
    public double FailureMass { get; }

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; }
}
