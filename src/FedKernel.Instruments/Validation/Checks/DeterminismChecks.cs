// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>The same launch again gives the same bits.</summary>
internal sealed class RepeatCheck() : Check("determinism.repeats", ValidationLevel.Quick, 2)
{
    private const int Length = 3001;

    public override CheckResult Run(CheckContext context) => SameBits.Compare(
        this, context, "run", context.Level.Repeats(), _ => KernelDigest.Of(context.Device, context.Kernels, Length, context.Seed, out long n) + ":" + n);
}

/// <summary>The processor with 1, 2, … threads, and one more than it has, gives the same bits.</summary>
internal sealed class ThreadCountCheck() : Check("determinism.threads", ValidationLevel.Medium, 4)
{
    private const int Length = 140_001;

    public override CheckResult Run(CheckContext context)
    {
        if (context.Candidate.Info.Kind != DeviceKind.Cpu)
        {
            return context.Result(this, Verdict.Skip, "the threads of this device are its own; see determinism.launches");
        }

        SimdWidth width = context.Candidate.Info.Id switch
        {
            "cpu:512" => SimdWidth.Bits512,
            "cpu:256" => SimdWidth.Bits256,
            "cpu:128" => SimdWidth.Bits128,
            "cpu:scalar" => SimdWidth.Scalar,
            _ => SimdWidths.Available[0],
        };
        int[] counts = [.. Enumerable.Range(1, Math.Min(Environment.ProcessorCount, 8) + 1)];

        // Few kernels: those whose loops share work among threads in different ways.
        KernelCase[] kernels = [.. context.Kernels.Where(k => Parallel(k.Name))];
        return SameBits.Compare(this, context, "launch", counts.Length, i =>
        {
            using Device device = context.Faulty(new CpuDevice(width, counts[i]));
            return KernelDigest.Of(device, kernels, Length, context.Seed, out long n) + ":" + n;
        });
    }

    private static bool Parallel(string name) => name is "axpy" or "sum" or "squared_l2_norm" or "weighted_sum"
        or "exact_accumulate.rows" or "gaussian_noise.philox" or "stochastic_rounding.philox";
}

/// <summary>Under load of every processor the bits are the same.</summary>
internal sealed class LoadCheck() : Check("determinism.under_load", ValidationLevel.Medium, 3)
{
    private const int Length = 20_011;

    public override CheckResult Run(CheckContext context)
    {
        string quiet = Digest(context);
        using var load = new ProcessorLoad(Environment.ProcessorCount);
        return SameBits.Compare(this, context, "run", 3, i => i == 0 ? quiet : Digest(context));
    }

    private static string Digest(CheckContext context) =>
        KernelDigest.Of(context.Device, context.Kernels, Length, context.Seed, out long n) + ":" + n;
}

/// <summary>Several threads on one device, each with kernels of its own, get the bits that one alone gets.</summary>
internal sealed class ConcurrencyCheck() : Check("concurrency.streams", ValidationLevel.Medium, 4)
{
    private const int Threads = 4;
    private const int Length = 20_011;

    public override CheckResult Run(CheckContext context)
    {
        KernelCase[][] shares = [.. Enumerable.Range(0, Threads).Select(t => context.Kernels.Where((_, k) => k % Threads == t).ToArray())];
        string[] serial = [.. shares.Select(s => KernelDigest.Of(context.Device, s, Length, context.Seed, out _))];
        var found = new string[Threads];
        var values = new long[Threads];
        Exception? error = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            try
            {
                found[t] = KernelDigest.Of(context.Device, shares[t], Length, context.Seed, out values[t]);
            }
            catch (Exception e)
            {
                // On a thread of our own an exception would end the process: it belongs to the check.
                error = e;
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        if (error is not null)
        {
            return context.Result(this, Verdict.Error, error.Message);
        }

        int[] other = [.. Enumerable.Range(0, Threads).Where(t => found[t] != serial[t])];
        return context.Result(
            this, other.Length == 0 ? Verdict.Pass : Verdict.Fail,
            other.Length == 0 ? null : $"{other.Length} of {Threads} threads got other bits than alone: kernels {string.Join(", ", other.SelectMany(t => shares[t]).Select(k => k.Name))}")
            with
        { WorkDone = values.Sum(), MinWork = Threads * Length, Class = "launch" };
    }
}
