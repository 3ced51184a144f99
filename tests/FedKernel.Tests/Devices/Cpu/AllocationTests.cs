// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using Xunit;

namespace FedKernel.Tests.Devices.Cpu;

/// <summary>After warm-up a launch allocates nothing on the managed heap.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Launch_EveryVerbAfterWarmUp_AllocatesNothing(int threads)
    {
        using var device = new CpuDevice(threadCount: threads);
        using var verbs = new EveryVerb(device, 200_001);
        (string Verb, (long Least, long Most) Bytes)[] found = [.. verbs.All.Select(v => (v.Key, EveryVerb.BytesOf(v.Value)))];
        Assert.All(found, f => Assert.Equal(0, f.Bytes.Least));

        // The runtime gives a lock its event, 264 bytes, when two threads first wait for it; the semaphore of the pool has one.
        Assert.InRange(found.Sum(f => f.Bytes.Most), 0, threads == 1 ? 0 : 1024);
    }
}
