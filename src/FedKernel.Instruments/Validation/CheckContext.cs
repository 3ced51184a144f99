// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using FedKernel.Devices;
using FedKernel.Devices.Validation;
using FedKernel.Devices.Validation.Faults;

namespace FedKernel.Instruments.Validation;

/// <summary>What a check works with.</summary>
/// <param name="Candidate">The device under test, to open more of it.</param>
/// <param name="Device">The device under test, open.</param>
/// <param name="Kernels">The registry.</param>
/// <param name="Level">How much is asked.</param>
/// <param name="Seed">Chooses the inputs.</param>
/// <param name="Fault">A fault that somebody asked for, to see that it is found.</param>
/// <param name="Budget">Time for the whole device.</param>
internal sealed record CheckContext(
    DeviceCandidate Candidate, Device Device, IReadOnlyList<KernelCase> Kernels, ValidationLevel Level, ulong Seed,
    Fault? Fault, TimeSpan Budget)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Lengths instead of those of the level, to replay.</summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>Offsets instead of those of the level, to replay.</summary>
    public IReadOnlyList<int>? Offsets { get; init; }

    /// <summary>Time that is left.</summary>
    public TimeSpan Remaining => Budget - Stopwatch.GetElapsedTime(_start);

    /// <summary>Opens another of the same, with the same fault upon it.</summary>
    public Device OpenAnother() => Faulty(Candidate.Open());

    /// <summary>The device with the fault that was asked for upon it, if one was.</summary>
    public Device Faulty(Device device) => Fault is { } fault ? new FaultyDevice(device, fault, ownsInner: true) : device;

    /// <summary>A result with everything but the verdict filled in.</summary>
    public CheckResult Result(Check check, Verdict verdict, string? reason = null) => new()
    {
        Id = check.Id,
        Device = Candidate.Info.Id,
        Verdict = verdict,
        Reason = reason,
        Replay = Replay(check.Id),
    };

    /// <summary>The command that asks one question again.</summary>
    public string Replay(string id, string more = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"fedkernel validate --device {Candidate.Info.Id} --level {Level.ToString().ToLowerInvariant()} --seed {Seed} --only {id}{more}")
        + (Fault is { } fault ? $" --inject {FaultNames.Word(fault)}" : "");
}
