// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Devices.Cpu;

/// <summary>After warm-up a launch allocates nothing on the managed heap.</summary>
public sealed class AllocationTests
{
    private const int Length = 200_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Launch_AfterWarmUp_AllocatesNothing(int threads)
    {
        using var device = new CpuDevice(threadCount: threads);
        using DeviceBuffer<float> x = device.Allocate<float>(Length), y = device.Allocate<float>(Length);
        using DeviceBuffer<float> destination = device.Allocate<float>(Length);
        using DeviceBuffer<long> integers = device.Allocate<long>(Length);
        DeviceBuffer<float>[] rows = [x, y];
        float[] weights = [1, 2];
        var stream = new PhiloxStream(new SimulationSeed(1), default);
        AssertNone("Generate", () => device.Generate(x, new Fill(2)));
        AssertNone("Map", () => device.Map(x, y, destination, new Axpy(2)));
        AssertNone("Reduce", () => device.Reduce(x, new SquaredL2Norm()));
        AssertNone("RowCombine", () => device.RowCombine(rows, weights, destination, new WeightedSum()));
        AssertNone("Sample", () => device.Sample(x, destination, new GaussianNoise<PhiloxStream>(stream, 1)));
        AssertNone("Accumulate", () => device.Accumulate(x, integers, new FixedPointAccumulate(1024)));
        AssertNone("Resolve", () => device.Resolve(integers, destination, new FixedPointResolve(0.5)));
    }

    private static void AssertNone(string name, Action launch)
    {
        for (int i = 0; i < 3; i++)
        {
            launch();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            launch();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated == 0, $"{name} allocated {allocated} bytes in 20 launches.");
    }
}
