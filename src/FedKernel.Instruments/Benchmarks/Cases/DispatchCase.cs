// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>Fork and join of a job that does nothing, on two threads, one after the other: what each kernel pays before it works.</summary>
internal static class DispatchCase
{
    public const string Name = "empty_dispatch_2t";

    public static BenchCase Create(BenchData data)
    {
        if (data.Width is null)
        {
            throw new CaseSkippedException("is for the processor");
        }

        if (Environment.ProcessorCount < 2)
        {
            throw new CaseSkippedException("needs two processors, here is one");
        }

        ForkJoinPool pool = data.Own(new ForkJoinPool(2));
        var job = default(Nothing);
        return new BenchCase(
            new CaseDescription(Name, "empty job on 2 threads, hot")
            {
                Elements = 1,
                Bars = [new Bar("seconds", 1e-6, HigherIsBetter: false)],
                Note = "dispatch",
            },
            new DelegateCase(Name, () => pool.Run(ref job, 2)),
            []);
    }

    private readonly struct Nothing : IChunkedJob
    {
        public void Run(long chunk)
        {
        }
    }
}
