// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>How long and how exactly to time.</summary>
internal sealed record TimingOptions
{
    /// <summary>Rounds after which it is looked whether the intervals are narrow enough; at the last it ends in any case.</summary>
    /// <remarks>Fixed beforehand, with the error probability divided among them: a look after each round would inflate it.</remarks>
    public IReadOnlyList<int> Looks { get; init; } = [30, 60, 120];

    /// <summary>Half-width of every interval, relative to its median, at which a look ends the run.</summary>
    public double HalfWidth { get; init; } = 0.01;

    /// <summary>Error probability of all looks together.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>No round starts after so many seconds, warm-up not counted.</summary>
    public double MostSeconds { get; init; } = 60;

    /// <summary>Shortest sample; shorter work is repeated within it.</summary>
    public double SampleSeconds { get; init; } = 1e-3;

    /// <summary>Longest warm-up of a case; it ends earlier on a plateau.</summary>
    public double WarmUpSeconds { get; init; } = 1;

    /// <summary>Seed of the order of the cases.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Error probability of one look.</summary>
    public double AlphaOfALook => Alpha / Looks.Count;
}
