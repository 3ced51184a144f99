// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Gpu;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Aggregation;

/// <summary>The promise whole: shuffled clients, another number of threads, another device: one digest.</summary>
public sealed class ExactMeanDeviceTests
{
    private const int Clients = 7, Length = 20_011;

    [Theory]
    [InlineData("ilgpu-cpu")]
    [InlineData("opencl:0")]
    [InlineData("cuda:0")]
    public void Resolve_OtherDeviceAndOrder_SameDigestAsOneThread(string id)
    {
        DeviceCandidate candidate = new IlgpuDeviceProvider().Find().Single(c => c.Info.Id == id);
        Assert.SkipWhen(candidate.Refusal is not null, $"{id}: {candidate.Refusal}");
        using var oneThread = new CpuDevice(threadCount: 1);
        using var twoThreads = new CpuDevice(threadCount: 2);
        using Device other = candidate.Open();
        int[] order = [.. Enumerable.Range(0, Clients)];
        string expected = Digest(oneThread, order);
        new SimulationRandom(new SimulationSeed(6)).Shuffle(order.AsSpan());
        Assert.Equal(expected, Digest(twoThreads, order));
        Array.Reverse(order);
        Assert.Equal(expected, Digest(other, order));
    }

    private static string Digest(Device device, int[] order)
    {
        using var mean = new ExactMean(device, Length, new FixedPointRange(64, 1000, Clients));
        foreach (int client in order)
        {
            var random = new SimulationRandom(new SimulationSeed(12), (uint)client);
            float[] update = [.. Enumerable.Range(0, Length).Select(_ => (float)(8 * random.NextNormal()))];
            Assert.True(mean.Fold(update, 1 + random.NextBelow(1000)).IsAccepted);
        }

        using DeviceBuffer<float> result = device.Allocate<float>(Length);
        mean.Resolve(result);
        return BufferDigest.Sha256(result);
    }
}
