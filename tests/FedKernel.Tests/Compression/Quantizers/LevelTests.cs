// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>A device, and one vector through QSGD, TernGrad or signs on it.</summary>
public abstract class LevelTests : IDisposable
{
    private protected CpuDevice Device { get; } = new(threadCount: 1);

    public static TheoryData<string> Names =>
        ["qsgd:1,32", "qsgd:2,64", "qsgd:7,128", "qsgd:15,32", "qsgd:16,256", "qsgd:63,4096", "qsgd:127,128", "terngrad", "terngrad:64", "sign", "sign:256"];

    public void Dispose()
    {
        Device.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static Quantizer Parse(string name)
    {
        Quantizer quantizer = CompressionPipeline.Parse(name).Quantizer;
        Assert.Equal(name, quantizer.Name);
        return quantizer;
    }

    private protected static float[] Normal(int count, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    private protected static EncodingContext Context(uint round) => new(
        ParameterLayout.Flat(1), round, SharedSeed.Of(new SimulationSeed(1), round),
        round % 2 == 0 ? RoundingSource.Simulation(new SimulationSeed(7)) : RoundingSource.Secret(SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)])));

    private protected EncodedValues Encode(Quantizer quantizer, float[] x, uint round)
    {
        using DeviceBuffer<float> source = Device.Upload<float>(x);
        EncodedValues encoded = quantizer.Allocate(Device, x.Length);
        quantizer.Encode(source, encoded, Context(round));
        Assert.Equal(x, source.ToArray());
        return encoded;
    }

    private protected float[] RoundTrip(Quantizer quantizer, float[] x, uint round)
    {
        using EncodedValues encoded = Encode(quantizer, x, round);
        quantizer.Check(x.Length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
        using DeviceBuffer<float> decoded = Device.Allocate<float>(x.Length);
        quantizer.Decode(encoded, decoded, null);
        return decoded.ToArray();
    }
}
