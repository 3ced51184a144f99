// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Correlated;

/// <summary>How often one record or client may take part in a run of n rounds: the promise that the sampler must keep.</summary>
public sealed record Participation
{
    /// <summary>At most so often, with so many rounds from one time to the next.</summary>
    /// <param name="count">k, 1 to 1,000,000.</param>
    /// <param name="minimumSeparation">b: a participation in round t excludes rounds t + 1 to t + b − 1; 1 to 2³⁰.</param>
    public Participation(int count, int minimumSeparation)
    {
        Throw.IfNotInRange(count, 1, 1_000_000);
        Throw.IfNotInRange(minimumSeparation, 1, 1 << 30);
        (Count, MinimumSeparation) = (count, minimumSeparation);
    }

    /// <summary>In one round of the run.</summary>
    public static Participation Once { get; } = new(1, 1);

    /// <summary>k.</summary>
    public int Count { get; }

    /// <summary>b.</summary>
    public int MinimumSeparation { get; }

    /// <summary>k, or fewer where n rounds do not hold k participations.</summary>
    internal int CountWithin(int rounds) => Math.Min(Count, (int)((rounds - 1L) / MinimumSeparation) + 1);
}
