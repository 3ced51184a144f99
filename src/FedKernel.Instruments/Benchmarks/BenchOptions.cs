// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions
{
    /// <summary>Elements of a row on a processor or a GPU: 24 · 2²⁰, a model of 25 million parameters.</summary>
    public const long UsualLength = 24 << 20;

    /// <summary>Bytes that all cases together need for an element of a row.</summary>
    public const long BytesPerElement = 430;

    /// <summary>One launch and wider intervals.</summary>
    public bool Quick { get; init; }

    /// <summary>Only cases whose name contains it, or one of several with commas between.</summary>
    public string? Filter { get; init; }

    /// <summary>Only cases of this group of <see cref="Cases.BenchCases.Groups"/>.</summary>
    public string? Only { get; init; }

    /// <summary>Elements of a row, a multiple of 256; the usual ones if null.</summary>
    public long? Elements { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>Launches of the process: three where the layout of code and memory shall not decide.</summary>
    public int Launches => Quick ? 1 : 3;

    /// <summary>Overrides <see cref="Timing"/>, for a comparison whose rounds are longer.</summary>
    public TimingOptions? OwnTiming { get; init; }

    public TimingOptions Timing => OwnTiming ?? (Elements < 1 << 20
        ? new TimingOptions { Looks = [8, 12], HalfWidth = 0.03, MostSeconds = 10, WarmUpSeconds = 0.02, SampleSeconds = 2e-4, Seed = Seed }
        : Quick
        ? new TimingOptions { Looks = [15, 30, 60], HalfWidth = 0.03, MostSeconds = 45, WarmUpSeconds = 0.2, SampleSeconds = 1e-2, Seed = Seed }
        : new TimingOptions { Looks = [15, 30, 60], HalfWidth = 0.01, MostSeconds = 45, WarmUpSeconds = 0.3, SampleSeconds = 1e-2, Seed = Seed });

    /// <summary>Elements for a device, and what to say if they are not the usual ones.</summary>
    public (long Length, string? Note) LengthFor(DeviceInfo device)
    {
        if (Elements is { } wanted)
        {
            return (wanted, $"{wanted} elements a row instead of {UsualLength}, as asked for");
        }

        if (device.Kind == DeviceKind.IlgpuCpu)
        {
            return (1 << 17, $"{1 << 17} elements a row instead of {UsualLength}: the device checks kernels and is slow");
        }

        long most = device.MemoryBytes == 0 ? UsualLength : device.MemoryBytes / 2 / BytesPerElement / 4096 * 4096;
        return most >= UsualLength
            ? (UsualLength, null)
            : (Math.Max(4096, most), $"{most} elements a row instead of {UsualLength}: more would take over half of the memory");
    }
}
