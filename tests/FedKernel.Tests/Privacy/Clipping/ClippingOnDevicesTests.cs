// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Layers;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Clipping;

/// <summary>Groups are windows of a vector, which every device must serve: the same bits as on the CPU.</summary>
public sealed class ClippingOnDevicesTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private static readonly ParameterLayout _layout = new([("a", [333]), ("b", [1]), ("c", [2, 300]), ("d", [77])]);

    private static readonly GroupBounds _bounds =
        new(ParameterGroups.Named(_layout, [("ac", ["a", "c"]), ("bd", ["b", "d"])]), [0.5, 3]);

    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void ClipSumAndNoise_EveryDevice_HasTheBitsOfTheCpu(string name)
    {
        Device device = devices.Open(name);
        using var cpu = new CpuDevice();
        foreach (UpdateClipping clipping in new UpdateClipping[] { new GroupClipping(_bounds), new AutomaticClipping(_bounds, 0.01) })
        {
            (float[] clipped, float[] mean, float[] noised) = Run(device, clipping);
            (float[] expectedClipped, float[] expectedMean, float[] expectedNoised) = Run(cpu, clipping);
            Assert.Equal(expectedClipped, clipped);
            Assert.Equal(expectedMean, mean);
            for (int i = 0; i < noised.Length; i++)
            {
                // The root of the noise may be off by 4 ulp on OpenCL.
                Assert.Equal(expectedNoised[i], noised[i], 1e-4f);
            }
        }
    }

    private static (float[] Clipped, float[] Mean, float[] Noised) Run(Device device, UpdateClipping clipping)
    {
        var random = new SimulationRandom(new SimulationSeed(17));
        float[] values = [.. Enumerable.Range(0, (int)_layout.Length).Select(_ => (float)random.NextNormal())];
        using var key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        using ModelUpdate update = ModelUpdate.Upload(device, _layout, values), noised = ModelUpdate.Upload(device, _layout, values);
        using var sum = new ClippedSum(device, _layout, clipping, CappedWeights.Uniform(3));
        using DeviceBuffer<float> mean = device.Allocate<float>(_layout.Length);
        sum.FoldMany([update, noised], [1, 1]);
        sum.Resolve(mean);
        Assert.NotNull(clipping.Clip(update).Bounded);
        var mechanism = new LayerwiseGaussianMechanism(new LayerwiseNoise([1, 2], NeighbouringRelation.AddOrRemoveOne));
        Assert.NotNull(mechanism.ClipAndAddNoise(clipping, noised, key, 1).Event);
        return (update.Values.ToArray(), mean.ToArray(), noised.Values.ToArray());
    }
}
