// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>Discrete Gaussian noise on every coordinate of an integer vector, once: (Δ²/2σ²)-zCDP, except with the failure mass.</summary>
/// <remarks>C. Canonne, G. Kamath, T. Steinke, "The discrete Gaussian for differential privacy", 2020 (arXiv 2004.00010), theorem 14.</remarks>
/// <param name="Sigma">σ of one coordinate's noise, in steps of the grid; positive and finite.</param>
/// <param name="Sensitivity">Δ: the L2 sensitivity, in steps of the grid; positive and finite.</param>
/// <param name="FailureMass">τ: total variation distance between the whole noise vector and the exact law; costs (1 + e^ε)τ of δ. 0 to 1.</param>
/// <param name="Relation">The relation that the sensitivity was taken for.</param>
public sealed record DiscreteGaussianEvent(double Sigma, double Sensitivity, double FailureMass, NeighbouringRelation Relation)
    : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public double Sigma
    {
        get;
        init => field = EventParameter.Positive(value, nameof(Sigma));
    } = EventParameter.Positive(Sigma, nameof(Sigma));

    /// <summary>As given; checked.</summary>
    public double Sensitivity
    {
        get;
        init => field = EventParameter.Positive(value, nameof(Sensitivity));
    } = EventParameter.Positive(Sensitivity, nameof(Sensitivity));

    /// <summary>As given; checked.</summary>
    public double FailureMass
    {
        get;
        init => field = EventParameter.Mass(value, nameof(FailureMass));
    } = EventParameter.Mass(FailureMass, nameof(FailureMass));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; } = EventParameter.Known(Relation, nameof(Relation));
}
