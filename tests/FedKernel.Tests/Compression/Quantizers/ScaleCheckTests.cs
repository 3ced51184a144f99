// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices.Cpu;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>A scale that is NaN, in each of its forms: float.NaN has the sign bit, which a check of the sign finds; others have not.</summary>
public sealed class ScaleCheckTests
{
    [Theory]
    [InlineData("int8:64")]
    [InlineData("int4:64")]
    [InlineData("nf4:64")]
    [InlineData("fp4:64")]
    [InlineData("qsgd:7,64")]
    [InlineData("terngrad")]
    [InlineData("terngrad:64")]
    [InlineData("sign")]
    [InlineData("sign:64")]
    [InlineData("drive")]
    [InlineData("eden:3")]
    public void Check_NaNOfAnyBits_IsRefused(string name)
    {
        using var device = new CpuDevice(threadCount: 1);
        Quantizer quantizer = CompressionPipeline.Parse(name).Quantizer;
        using EncodedValues encoded = quantizer.Encode(device, Quantized.Normal(device, 50, 3), Quantized.Context(1));
        byte[] codes = encoded.Codes.ToArray();
        quantizer.Check(50, codes, encoded.Scales.ToArray());
        foreach (uint bits in (uint[])[0x7FC0_0000, 0xFFC0_0000, 0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF])
        {
            float[] scales = [BitConverter.UInt32BitsToSingle(bits)];
            Assert.Throws<DataFormatException>(() => quantizer.Check(50, codes, scales));
        }
    }
}
