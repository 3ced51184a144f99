// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks;

/// <summary>One launch: makes the data, times every case and every limit among each other, and gathers what was found.</summary>
internal static class BenchRun
{
    /// <summary>Runs the cases that the filter lets through.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="onRound">Called after each round.</param>
    /// <param name="registry">The cases; all of them if null.</param>
    /// <exception cref="ArgumentException">The filter lets none through.</exception>
    public static LaunchData Run(
        Device device, BenchOptions options, Action<int>? onRound = null,
        IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)>? registry = null)
    {
        registry ??= BenchCases.All;
        IReadOnlySet<string>? group = options.Only is null ? null : BenchCases.NamesOf(options.Only);
        (string Name, Func<BenchData, BenchCase> Create)[] members = [.. registry.Where(r => group is null || group.Contains(r.Name))];
        if (!members.Any(r => IsChosen(r.Name, options)))
        {
            throw new ArgumentException(
                $"--filter '{options.Filter}' is part of no name; the names are {string.Join(", ", members.Select(c => c.Name))}.");
        }

        (long length, string? note) = options.LengthFor(device.Info);
        int threads = device is CpuDevice ? Environment.ProcessorCount : 1;
        using LimitLibrary? library = device.SharesHostMemory ? LimitLibrary.Open(threads) : null;
        using var data = new BenchData(device, length, library);
        var skipped = new Dictionary<string, string>();
        List<BenchCase> cases = Create(data, options, members, registry, skipped);
        var limits = new List<(LimitDescription Description, TimedCase Work)>(Limits(data, cases));
        List<TimedCase> all =
        [
            .. limits.Select(l => l.Work), .. cases.Select(c => c.Work), .. cases.SelectMany(c => c.Peers.Select(p => p.Work)),
            .. Control(data),
        ];
        double busy = Disturbance.BusySeconds(), own = OwnSeconds();
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<CaseSamples> samples = RoundRobin.Run(all, options.Timing, onRound);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new LaunchData
        {
            DeviceId = device.Info.Id,
            Cases = [.. cases.Select(c => c.Description)],
            Limits = [.. limits.Select(l => l.Description)],
            Samples = samples,
            Findings = cases.Where(c => c.Findings is not null).ToDictionary(c => c.Description.Name, c => c.Findings!()),
            Skipped = skipped,
            Notes = [.. Notes(data, library, note)],
            OthersLoad = Math.Max(0, (Disturbance.BusySeconds() - busy - (OwnSeconds() - own)) / seconds),
            InCache = data.Width is not null && 4 * length < 2 * CacheSize.Last,
        };
    }

    private static bool IsChosen(string name, BenchOptions options) =>
        options.Filter is null || options.Filter.Split(',').Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static List<BenchCase> Create(
        BenchData data, BenchOptions options, IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> members,
        IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> registry, Dictionary<string, string> skipped)
    {
        var cases = new List<BenchCase>();
        foreach ((string name, Func<BenchData, BenchCase> create) in members)
        {
            if (IsChosen(name, options))
            {
                try
                {
                    cases.Add(create(data));
                }
                catch (CaseSkippedException e)
                {
                    skipped.Add(name, e.Message);
                }
                catch (NotSupportedException e)
                {
                    skipped.Add(name, e.Message);
                }
            }
        }

        // A case that is compared with another brings it along.
        foreach (string other in cases.Select(c => c.Description.RelativeTo).OfType<string>().ToArray())
        {
            if (cases.All(c => c.Description.Name != other))
            {
                cases.Add(registry.First(r => r.Name == other).Create(data));
            }
        }

        if (data.Width is null && options is { Filter: null, Only: null })
        {
            cases.AddRange(DeviceLimits.Transfers(data));
            cases.AddRange(WithTransfersCases.Create(data));
        }

        return cases;
    }

    private static IEnumerable<(LimitDescription Description, TimedCase Work)> Limits(BenchData data, List<BenchCase> cases)
    {
        if (cases.All(c => c.Description.Limit.Count == 0))
        {
            return [];
        }

        if (data.Library is null)
        {
            return [DeviceLimits.Copy(data)];
        }

        HostMemory target = data.Own(new HostMemory(1, 16 * data.Length));
        MachineLimits limits = data.Own(new MachineLimits(data.Library, data.Rows.Memory!, target));
        return limits.Entries.Select(e => (
            new LimitDescription(e.Case.Name, e.Case.BytesMoved, e.Of, OneThread: !e.All), (TimedCase)e.Case));
    }

    /// <summary>One object, twice in the list: the same code on the same memory.</summary>
    private static IEnumerable<TimedCase> Control(BenchData data)
    {
        double found = 0;
        void Invoke() => found = data.Device.Reduce(data.Rows.Buffer, default(Kernels.SquaredL2Norm));
        return [new DelegateCase(LaunchData.ControlA, Invoke), new DelegateCase(LaunchData.ControlB, Invoke)];
    }

    private static IEnumerable<string> Notes(BenchData data, LimitLibrary? library, string? note)
    {
        if (note is not null)
        {
            yield return note;
        }

        yield return library?.Note ?? "limit: copy within the device, by its driver";
        if (data.Rows.Memory is { } memory)
        {
            yield return memory.HasHugePages ? "rows on huge pages where the system grants them" : "rows on ordinary pages";
        }
    }

    private static double OwnSeconds() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
}
