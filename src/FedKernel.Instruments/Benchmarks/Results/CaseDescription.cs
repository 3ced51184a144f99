// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Limits;

namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>A part of the memory traffic of a kernel.</summary>
/// <param name="Traffic">Which loops limit it.</param>
/// <param name="BytesPerElement">Bytes of it.</param>
internal sealed record LimitPart(Traffic Traffic, double BytesPerElement);

/// <summary>A bar: what a measure must reach in the median.</summary>
/// <param name="Measure">share_of_limit, gbps, melements_per_s, seconds, over.PEER, time_over.CASE</param>
/// <param name="Reach">The number.</param>
/// <param name="HigherIsBetter">False where the measure must stay below.</param>
internal sealed record Bar(string Measure, double Reach, bool HigherIsBetter = true);

/// <summary>What is known of a case before it runs, without its memory: it travels from a launch to the report.</summary>
/// <param name="Name">Stable name.</param>
/// <param name="Title">For people.</param>
internal sealed record CaseDescription(string Name, string Title)
{
    /// <summary>Elements that one call makes.</summary>
    public required double Elements { get; init; }

    /// <summary>The fewest bytes it must touch for an element; 0 where memory is not what limits it.</summary>
    public double BytesPerElement { get; init; }

    /// <summary>Who limits the traffic; empty where nothing measured does.</summary>
    public IReadOnlyList<LimitPart> Limit { get; init; } = [];

    /// <summary>True for a case on one thread: its limit is that of one thread.</summary>
    public bool PerCore { get; init; }

    /// <summary>Peers that do the same work, by their short names.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>Another case whose time this one's is compared with.</summary>
    public string? RelativeTo { get; init; }

    public IReadOnlyList<Bar> Bars { get; init; } = [];

    /// <summary>What the reader must know about the work, one line.</summary>
    public string? Note { get; init; }

    /// <summary>The name under which a peer's samples stand.</summary>
    public string PeerCase(string peer) => $"{Name}~{peer}";
}
