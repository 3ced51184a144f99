// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices.Cpu;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>A norm is what a bound is held to: it is that of all windows, wherever the values are.</summary>
public sealed class DecodedMeasureTests
{
    [Theory]
    [InlineData("float32")]
    [InlineData("fp16")]
    [InlineData("int8:256")]
    [InlineData("nf4:4096")]
    [InlineData("sign")]
    [InlineData("terngrad")]
    public void Measure_MoreThanAWindow_IsThatOfTheDecodedValues(string name)
    {
        using var device = new CpuDevice(threadCount: 2);
        Quantizer quantizer = CompressionPipeline.Parse(name).Quantizer;
        float[] x = Quantized.Normal(device, (2 << 20) + 12_345, 5);
        foreach (int peak in (int[])[7, (1 << 20) + 3, x.Length - 1])
        {
            float before = x[peak];
            x[peak] = 1000;
            using EncodedValues encoded = quantizer.Encode(device, x, Quantized.Context(1));
            float[] y = quantizer.Decode(encoded, Quantized.Context(1).Seed);
            (double largest, double norm) = quantizer.Measure(encoded, Quantized.Context(1).Seed);
            Assert.Equal(y.Max(MathF.Abs), largest);
            Assert.InRange(norm / y.Sum(v => (double)v * v), 1 - 1e-6, 1 + 1e-6);
            x[peak] = before;
        }
    }
}
