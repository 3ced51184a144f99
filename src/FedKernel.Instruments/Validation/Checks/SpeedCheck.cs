// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>
/// Kernels that memory bounds against the limit of the machine, measured in between on vectors of the same length: slower than half
/// of it is worth a look, faster than it by a twentieth means that the limit was measured wrong.
/// </summary>
internal sealed class SpeedCheck() : Check("speed.memory", ValidationLevel.Medium, 8)
{
    private const double LeastShare = 0.5;
    private const double MostShare = 1.05;
    // Four times a large last cache: what is measured is memory.
    private const long Length = 32 << 20;
    private const int RowCount = 1;

    public override CheckResult Run(CheckContext context)
    {
        if (context.Candidate.Info.Id != "cpu")
        {
            return context.Result(this, Verdict.Skip, "limits are measured for the processor at its widest; for a GPU see 'fedkernel bench'");
        }

        using LimitLibrary library = LimitLibrary.Open(Environment.ProcessorCount);
        if (!library.IsCompiled)
        {
            return context.Result(this, Verdict.Skip, library.Note);
        }

        using var rows = new HostMemory(RowCount, Length * sizeof(float));
        using var target = new HostMemory(1, Length * sizeof(float));
        using var limits = new MachineLimits(library, rows, target);
        using DeviceBuffer<float> x = context.Device.Allocate<float>(Length), y = context.Device.Allocate<float>(Length);
        context.Device.Generate(x, new Fill(1));
        context.Device.Generate(y, new Fill(1));
        var throttle = new ThrottleMonitor();
        TimedCase[] kernels =
        [
            new DelegateCase("squared_l2_norm", () => Require(context.Device.Reduce(x, new SquaredL2Norm()) == Length)),
            new DelegateCase("scale", () => context.Device.Map(x, x, new Scale(1))),
        ];
        double[] bytes = [4.0 * Length, 8.0 * Length];
        Traffic[] kinds = [Traffic.Read, Traffic.InPlace];
        var options = new TimingOptions { Looks = [15], MostSeconds = 5, WarmUpSeconds = 0.3, Seed = context.Seed };
        IReadOnlyList<CaseSamples> samples = RoundRobin.Run([.. kernels, .. limits.Cases], options);
        Dictionary<string, CaseSamples> limit = limits.Cases.Zip(samples.Skip(kernels.Length)).ToDictionary(p => p.First.Name, p => p.Second);
        var figures = new Dictionary<string, double>();
        for (int k = 0; k < kernels.Length; k++)
        {
            double best = limits.For(kinds[k]).Where(l => l.BytesMoved > 0).Max(l => l.BytesMoved / limit[l.Name].Median().Median);
            double own = bytes[k] / samples[k].Median().Median;
            figures[kernels[k].Name + "_gbs"] = own / 1e9;
            figures[kernels[k].Name + "_limit_gbs"] = best / 1e9;
            figures[kernels[k].Name + "_share"] = own / best;
        }

        figures["throttled_share"] = throttle.Share();
        return Judge(context, figures, kernels.Select(k => k.Name), samples.Sum(s => s.Valid.Count()));
    }

    private CheckResult Judge(CheckContext context, Dictionary<string, double> figures, IEnumerable<string> names, long done)
    {
        (Verdict verdict, string? reason) = Judge([.. names], figures);
        return context.Result(this, verdict, reason) with { WorkDone = done, MinWork = 10, Unit = "samples", Figures = figures };
    }

    /// <summary>The verdict on shares of a limit; one that is no number is in doubt, as one above the limit is.</summary>
    internal static (Verdict Verdict, string? Reason) Judge(string[] names, IReadOnlyDictionary<string, double> figures)
    {
        double Share(string n) => figures[n + "_share"];
        string Text(string n) => $"{n} at {100 * Share(n):f0}% of the limit";
        string[] slow = [.. names.Where(n => Share(n) < LeastShare)];
        string[] beyond = [.. names.Where(n => !(Share(n) <= MostShare))];
        return figures["throttled_share"] > ThrottleMonitor.SpoiltShare
            ? (Verdict.Inconclusive, $"the machine was slowed {100 * figures["throttled_share"]:f0}% of the time")
            : slow.Length > 0
                ? (Verdict.Perf, $"{string.Join(", ", slow.Select(Text))}; at least {100 * LeastShare:f0}% is asked for")
                : beyond.Length > 0
                    ? (Verdict.Inconclusive, $"{string.Join(", ", beyond.Select(Text))}: the limit was measured wrong")
                    : (Verdict.Pass, null);
    }

    private static void Require(bool right)
    {
        if (!right)
        {
            throw new DeviceException("A kernel gave a wrong result while it was timed.");
        }
    }
}
