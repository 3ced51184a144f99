// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Auditing;
using FedKernel.Random;

namespace FedKernel.Training.Auditing;

/// <summary>How an audit is judged.</summary>
public sealed record AuditOptions
{
    /// <summary>δ in (0, 1) at which ε is bounded from both sides.</summary>
    public double Delta { get; init; } = 1e-6;

    /// <summary>1 − α, above 0.5 and below 1: a right mechanism is called wrong with probability at most α.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Of the coins. Coins must not depend on what the mechanism draws, and need be secret only until the scores are in.</summary>
    public SimulationSeed Seed { get; init; } = new(1);

    /// <summary>Where scores are cut.</summary>
    public ThresholdChoice Thresholds { get; init; } = ThresholdChoice.RankGrid;

    /// <summary>How scores become bounds; null for all whose assumptions the claim meets.</summary>
    public IReadOnlyList<AuditMethod>? Methods { get; init; }
}
