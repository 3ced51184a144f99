// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation.Faults;

namespace FedKernel.Instruments.Validation;

/// <summary>What a person asked of <c>validate</c>.</summary>
internal sealed record ValidationOptions
{
    /// <summary>How much.</summary>
    public ValidationLevel Level { get; init; }

    /// <summary>Time for one device.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Chooses the inputs.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Beginning of the ids that are wanted.</summary>
    public string? Only { get; init; }

    /// <summary>A fault to put upon the device, to see it found.</summary>
    public Fault? Fault { get; init; }

    /// <summary>Lengths instead of those of the level.</summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>Offsets instead of those of the level.</summary>
    public IReadOnlyList<int>? Offsets { get; init; }

    /// <summary>The least time after which a check counts as hung; ten times what it usually takes if that is more.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
