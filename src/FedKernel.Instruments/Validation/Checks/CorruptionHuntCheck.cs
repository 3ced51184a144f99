// SPDX-License-Identifier: Apache-2.0
// Cores that compute wrong answers, rarely and silently · P. Hochschild et al., "Cores that don't count", HotOS 2021. One core of
// many, some instructions, some temperatures: so every core does the same work for itself, again and again, and hashes are compared.
using System.Diagnostics;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>The same kernels over and over, held to each processor in turn; for a GPU over the whole grid.</summary>
internal sealed class CorruptionHuntCheck() : Check("corruption.units", ValidationLevel.Medium, 10)
{
    private const int Length = 16_411;

    public override CheckResult Run(CheckContext context)
    {
        bool processor = context.Candidate.Info.Kind == DeviceKind.Cpu;
        TimeSpan time = context.Level switch
        {
            ValidationLevel.Medium => TimeSpan.FromSeconds(3),
            ValidationLevel.Long => TimeSpan.FromSeconds(60),
            _ => TimeSpan.FromSeconds(Math.Max(60, context.Budget.TotalSeconds / 20)),
        };
        KernelCase[] kernels = [.. context.Kernels.Where(k => Covers(k.Name))];

        // The first hash is held to the plain reference; the others to it.
        var options = new KernelValidationOptions { Cases = kernels, Lengths = [Length], Seed = context.Seed };
        IReadOnlyList<KernelReport> first = KernelValidator.Run(context.Device, options);
        if (first.FirstOrDefault(r => !r.Pass) is { } wrong)
        {
            return context.Result(this, Verdict.Fail, $"{wrong.Kernel}: {wrong.FirstFailure}").WithBitsOf(wrong.FirstFailure);
        }

        var hunt = new Hunt(kernels, [.. first.Select(r => r.Sha256)], context.Seed, time);
        return processor ? OnProcessors(context, hunt) : OnDevice(context, hunt);
    }

    private CheckResult OnProcessors(CheckContext context, Hunt hunt)
    {
        IReadOnlyList<int> allowed = Processors.Allowed;
        var wrong = new List<string>();
        int last = -1;
        bool held = true;
        foreach (int p in allowed)
        {
            held &= Processors.RunOn(p, () =>
            {
                using Device device = context.Faulty(new CpuDevice(Width(context), threadCount: 1));
                if (hunt.Run(device, hunt.Time / allowed.Count) is { } finding)
                {
                    // Once more here and on a neighbour: a fault of the core stays, one of the moment goes.
                    bool again = hunt.Run(device, TimeSpan.Zero) is not null;
                    last = p;
                    wrong.Add($"processor {p}: {finding}; again on it: {(again ? "wrong" : "right")}");
                }
            });
        }

        if (wrong.Count > 0 && allowed.Count > 1)
        {
            int other = allowed.First(p => p != last);
            wrong.Add($"on processor {other} the same work is {(OnNeighbour(context, hunt, other) ? "right" : "wrong")}");
        }

        string? reason = wrong.Count > 0 ? string.Join("; ", wrong) : held ? null : "the system does not hold a thread to a processor";
        return context.Result(this, wrong.Count > 0 ? Verdict.Fail : held ? Verdict.Pass : Verdict.Inconclusive, reason) with
        {
            WorkDone = hunt.Values,
            MinWork = (long)Length * allowed.Count,
            Class = "run",
            Facts = new Dictionary<string, string>
            {
                ["units_present"] = $"{Processors.Present}",
                ["units_covered"] = string.Join(' ', allowed),
                ["units_not_covered"] = string.Join(' ', Enumerable.Range(0, Processors.Present).Except(allowed)),
            },
        };
    }

    private CheckResult OnDevice(CheckContext context, Hunt hunt)
    {
        string? finding = hunt.Run(context.Device, hunt.Time);
        return context.Result(this, finding is null ? Verdict.Pass : Verdict.Fail, finding) with
        {
            WorkDone = hunt.Values,
            MinWork = Length,
            Class = "run",
            Facts = new Dictionary<string, string> { ["units_covered"] = "unmapped" },
        };
    }

    private static bool OnNeighbour(CheckContext context, Hunt hunt, int processor)
    {
        bool right = false;
        Processors.RunOn(processor, () =>
        {
            using Device device = context.Faulty(new CpuDevice(Width(context), threadCount: 1));
            right = hunt.Run(device, TimeSpan.Zero) is null;
        });
        return right;
    }

    private static SimdWidth? Width(CheckContext context) => context.Candidate.Info.Id switch
    {
        "cpu:256" => SimdWidth.Bits256,
        "cpu:128" => SimdWidth.Bits128,
        "cpu:scalar" => SimdWidth.Scalar,
        _ => null,
    };

    // Multipliers, adders, converters, shifts, roots, narrow stores: the units that a processor has for numbers.
    private static bool Covers(string name) => name is "axpy" or "squared_l2_norm" or "weighted_sum" or "exact_accumulate"
        or "stream_words.chacha20" or "stream_words.philox" or "gaussian_noise.philox" or "stochastic_rounding.philox";

    private sealed class Hunt(KernelCase[] kernels, string[] expected, ulong seed, TimeSpan time)
    {
        public TimeSpan Time { get; } = time;

        public long Values { get; private set; }

        /// <summary>At least one round, then until the time is over; what was wrong, or null.</summary>
        public string? Run(Device device, TimeSpan duration)
        {
            long start = Stopwatch.GetTimestamp();
            int rounds = 0;
            do
            {
                // Another kernel begins each round: phases shift against heat and clock.
                for (int i = 0; i < kernels.Length; i++)
                {
                    int k = (i + rounds) % kernels.Length;
                    var options = new KernelValidationOptions { Cases = [kernels[k]], Lengths = [Length], Seed = seed };
                    KernelReport report = KernelValidator.Run(device, options)[0];
                    Values += report.Values;
                    if (report.Sha256 != expected[k] || !report.Pass)
                    {
                        return $"{kernels[k].Name} in round {rounds}: {report.FirstFailure ?? "other bits than before"}";
                    }
                }

                rounds++;
            }
            while (Stopwatch.GetElapsedTime(start) < duration);
            return null;
        }
    }
}
