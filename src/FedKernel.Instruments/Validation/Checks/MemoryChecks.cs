// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Validation;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>A thousand buffers made and disposed of leave nothing behind.</summary>
internal sealed class LifecycleCheck() : Check("memory.lifecycle", ValidationLevel.Medium, 3)
{
    private const int Cycles = 1000;
    private const int Length = 262_144;
    private const long Allowed = 64L << 20;

    public override CheckResult Run(CheckContext context)
    {
        Cycle(context, 20);
        long before = Settled();
        Cycle(context, Cycles);
        long grown = Settled() - before;
        return context.Result(
            this, grown <= Allowed ? Verdict.Pass : Verdict.Fail,
            grown <= Allowed ? null : $"{Cycles} buffers of 1 MiB left {grown >> 20} MiB in the process; at most {Allowed >> 20} may stay")
            with
        {
            WorkDone = Cycles,
            MinWork = Cycles,
            Unit = "buffers",
            Figures = new Dictionary<string, double> { ["grown_mib"] = grown / (double)(1 << 20) },
        };
    }

    private static void Cycle(CheckContext context, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using DeviceBuffer<float> buffer = context.Device.Allocate<float>(Length);
            context.Device.Generate(buffer, new Fill(i));
            context.Device.Synchronize();
        }
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}

/// <summary>More memory than there is gives a typed error, and the next kernel is right.</summary>
internal sealed class ExhaustionCheck() : Check("memory.exhaustion", ValidationLevel.Medium, 2)
{
    // Beyond what any machine maps; a device with memory of its own must say no to a fraction of it.
    private const long Absurd = 1L << 48;

    public override CheckResult Run(CheckContext context)
    {
        string before = KernelDigest.Of(context.Device, context.Kernels, 1001, context.Seed, out long values);
        for (int i = 0; i < 3; i++)
        {
            try
            {
                using DeviceBuffer<float> buffer = context.Device.Allocate<float>(Absurd);
                return context.Result(this, Verdict.Fail, $"{Absurd} elements were allocated, which no machine has");
            }
            catch (DeviceException)
            {
                // What a host can catch: anything else leaves as it is and is an ERROR.
            }
        }

        string after = KernelDigest.Of(context.Device, context.Kernels, 1001, context.Seed, out long again);
        return context.Result(this, after == before ? Verdict.Pass : Verdict.Fail, after == before ? null : "after the refusal kernels give other bits")
            with
        { WorkDone = values + again, MinWork = 2 * 1001, Class = "run" };
    }
}

/// <summary>Buffers past 2³¹ elements and 2³² bytes: a 32-bit index anywhere meets its end here.</summary>
internal sealed class LargeBufferCheck() : Check("memory.large", ValidationLevel.Long, 30)
{
    private const long Elements = (1L << 31) + 4099;
    private const int Window = 4096;

    public override CheckResult Run(CheckContext context)
    {
        long needed = Elements * sizeof(float), available = Available(context);
        if (available < needed + (needed / 4))
        {
            return context.Result(
                this, Verdict.Skip, $"{needed >> 20} MiB and a quarter more are needed, {available >> 20} MiB are available");
        }

        using DeviceBuffer<float> buffer = context.Device.Allocate<float>(Elements);
        var op = new StreamWords<Random.PhiloxStream>(new Random.PhiloxStream(new Random.SimulationSeed(context.Seed), default));
        context.Device.Sample(buffer, buffer, op);

        long done = 0;
        foreach (long at in (long[])[0, (1L << 30) - Window, 1L << 30, (1L << 31) - Window, 1L << 31, Elements - Window])
        {
            var found = new float[Window];
            buffer.CopyTo(found, at);
            done += found.Length;
            for (int i = 0; i < found.Length; i++)
            {
                uint want = Word(context.Seed, at + i), got = BitConverter.SingleToUInt32Bits(found[i]);
                if (want != got)
                {
                    string failure = $"element {at + i} of {Elements}: index gave {got:x8}, expected {want:x8}";
                    return (context.Result(this, Verdict.Fail, failure) with { WorkDone = done }).WithBitsOf(failure);
                }
            }
        }

        // A sum over all of it touches every element once more.
        context.Device.Generate(buffer, new Fill(0.5f));
        double sum = context.Device.Reduce(buffer, new Sum());
        bool right = sum == 0.5 * Elements;
        return context.Result(this, right ? Verdict.Pass : Verdict.Fail, right ? null : $"Σ of {Elements} halves is {sum:r}")
            with
        { WorkDone = done + Elements, MinWork = Elements };
    }

    /// <summary>The word of an element, from the plain block function on the host: the device is not asked about itself.</summary>
    internal static uint Word(ulong seed, long element)
    {
        // A tile of 256 elements holds sixteen blocks: element 16·k + b of it has word k of block b.
        long place = element % 256, block = (16 * (element / 256)) + (place % 16), word = place / 16;
        Span<uint> four = [(uint)block, (uint)word / 4, 0, 0];
        ReferenceStreams.Philox(four, seed);
        return four[(int)word % 4];
    }

    private static long Available(CheckContext context)
    {
        if (context.Candidate.Info.Kind == DeviceKind.Cuda)
        {
            return context.Candidate.Info.MemoryBytes;
        }

        if (context.Candidate.Info.Kind == DeviceKind.IlgpuCpu)
        {
            // It has the memory and would need hours.
            return 0;
        }

        string? line = File.Exists("/proc/meminfo")
            ? File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal))
            : null;
        return line is null
            ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
            : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
