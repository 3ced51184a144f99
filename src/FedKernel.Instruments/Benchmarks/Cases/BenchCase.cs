// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>A row of the table: what it is, our work, and the same work by peers.</summary>
/// <param name="Description">What it is; its list of peers is that of <paramref name="Peers"/>.</param>
/// <param name="Work">Ours.</param>
/// <param name="Peers">By short name.</param>
internal sealed record BenchCase(
    CaseDescription Description, TimedCase Work, IReadOnlyList<(string Name, TimedCase Work)> Peers)
{
    /// <summary>What is measured once, after the rounds: errors against exact values.</summary>
    public Func<IReadOnlyList<Finding>>? Findings { get; init; }
}

/// <summary>A case that this device or machine cannot have.</summary>
/// <param name="reason">Why, one line.</param>
internal sealed class CaseSkippedException(string reason) : Exception(reason);
