// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>
/// The sum of several clients' vectors, each with a share of discrete Gaussian noise, once. A sum of discrete Gaussians is only close
/// to one: what that costs is part of the event.
/// </summary>
/// <remarks>P. Kairouz, Z. Liu, T. Steinke, ICML 2021 (arXiv 2102.06387), proposition 14. See <see cref="Renyi.DistributedDiscreteGaussianRenyi"/>.</remarks>
public sealed record DistributedDiscreteGaussianEvent : PrivacyEvent
{
    /// <summary>What was released.</summary>
    /// <param name="shareSigma">σ of one share on one coordinate, in steps of the grid; positive and finite.</param>
    /// <param name="shares">How many shares are in the sum that the observer does not know; at least 1.</param>
    /// <param name="sensitivity">Δ₂: the L2 sensitivity, in steps; at least 1.</param>
    /// <param name="sensitivityL1">Δ₁: the L1 sensitivity, in steps; at least Δ₂.</param>
    /// <param name="dimension">d, at least 1.</param>
    /// <param name="failureMass">Total variation distance between all shares and exact ones; costs (1 + e^ε) times that of δ. 0 to 1.</param>
    /// <param name="relation">The relation that the sensitivities were taken for.</param>
    public DistributedDiscreteGaussianEvent(
        double shareSigma, int shares, double sensitivity, double sensitivityL1, long dimension, double failureMass,
        NeighbouringRelation relation)
    {
        Throw.IfNotInRange(shareSigma, double.Epsilon, double.MaxValue);
        Throw.IfNotInRange(shares, 1, int.MaxValue);
        Throw.IfNotInRange(sensitivity, 1, double.MaxValue);
        Throw.IfNotInRange(sensitivityL1, sensitivity, double.MaxValue);
        Throw.IfNotInRange(dimension, 1, long.MaxValue);
        Throw.IfNotInRange(failureMass, 0, 1);
        EventParameter.Known(relation, nameof(relation));
        (ShareSigma, Shares, Sensitivity, SensitivityL1) = (shareSigma, shares, sensitivity, sensitivityL1);
        (Dimension, FailureMass, Relation) = (dimension, failureMass, relation);
    }

    /// <summary>σ of one share.</summary>
    public double ShareSigma { get; }

    /// <summary>How many shares count.</summary>
    public int Shares { get; }

    /// <summary>Δ₂.</summary>
    public double Sensitivity { get; }

    /// <summary>Δ₁.</summary>
    public double SensitivityL1 { get; }

    /// <summary>d.</summary>
    public long Dimension { get; }

    /// <summary>Distance of the shares from their exact law, in total variation.</summary>
    public double FailureMass { get; }

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; }
}
