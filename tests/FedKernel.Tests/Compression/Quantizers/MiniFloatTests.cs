// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>The fp8 kinds against the tables of the OCP 8-bit Floating Point Specification (OFP8) 1.0, section 5.</summary>
public sealed class MiniFloatTests
{
    [Theory]
    [InlineData(0x7E, 448.0)] // S.1111.110, the largest
    [InlineData(0x08, 0.015625)] // S.0001.000 = 2^-6, the smallest normal
    [InlineData(0x07, 0.013671875)] // S.0000.111 = 0.875 * 2^-6, the largest subnormal
    [InlineData(0x01, 0.001953125)] // S.0000.001 = 2^-9, the smallest subnormal
    [InlineData(0x38, 1.0)]
    [InlineData(0xB8, -1.0)]
    [InlineData(0x00, 0.0)]
    public void E4M3_OfTheSpecification_BothWays(int code, double value) => BothWays<E4M3>((uint)code, (float)value);

    [Theory]
    [InlineData(0x7B, 57344.0)] // S.11110.11, the largest
    [InlineData(0x04, 6.103515625e-05)] // S.00001.00 = 2^-14, the smallest normal
    [InlineData(0x03, 4.57763671875e-05)] // S.00000.11 = 0.75 * 2^-14, the largest subnormal
    [InlineData(0x01, 1.52587890625e-05)] // S.00000.01 = 2^-16, the smallest subnormal
    [InlineData(0x3C, 1.0)]
    [InlineData(0xBC, -1.0)]
    public void E5M2_OfTheSpecification_BothWays(int code, double value) => BothWays<E5M2>((uint)code, (float)value);

    [Fact]
    public void Codes_EveryFinite_RoundTrip()
    {
        RoundTrip<E4M3>(0x7E);
        RoundTrip<E5M2>(0x7B);
        RoundTrip<Binary16>(0x7BFF);
        RoundTrip<UpperHalf>(0x7F7F);
    }

    [Theory]
    [InlineData(17f, 16f)] // ulp 2 at 16: a tie, down to even
    [InlineData(19f, 20f)] // a tie, up to even
    [InlineData(17.001f, 18f)]
    [InlineData(465f, 448f)] // saturates: the specification's SAT mode
    [InlineData(1e30f, 448f)]
    [InlineData(0.0009765625f, 0f)] // 2^-10, half the smallest subnormal: to even
    [InlineData(0.00097656256f, 0.001953125f)]
    [InlineData(0.0029296875f, 0.00390625f)] // 1.5 * 2^-9: to even
    [InlineData(float.Epsilon, 0f)]
    public void E4M3_Rounds_ToNearestEvenAndSaturates(float x, float expected)
    {
        Assert.Equal(expected, Value<E4M3>(Code<E4M3>(x)));
        Assert.Equal(-expected, Value<E4M3>(Code<E4M3>(-x)));
    }

    [Fact]
    public void Half_EveryMidpointAndNeighbour_RoundsAsTheHardware()
    {
        for (uint code = 0; code < 0x7BFF; code++)
        {
            float low = Value<Binary16>(code), high = Value<Binary16>(code + 1), middle = (low + high) / 2;
            foreach (float x in (float[])[low, middle, MathF.BitDecrement(middle), MathF.BitIncrement(middle)])
            {
                Assert.Equal(BitConverter.HalfToUInt16Bits((Half)x), Code<Binary16>(x));
            }
        }

        Assert.Equal(0x7BFFu, Code<Binary16>(65520f));
        Assert.Equal(0xFBFFu, Code<Binary16>(-1e30f));
    }

    private static void BothWays<T>(uint code, float value)
        where T : unmanaged, IMiniFloat
    {
        Assert.Equal(value, Value<T>(code));
        Assert.Equal(code, Code<T>(value));
    }

    private static void RoundTrip<T>(uint largest)
        where T : unmanaged, IMiniFloat
    {
        for (uint code = 0; code <= largest; code++)
        {
            foreach (uint signed in (uint[])[code, code | (1u << (T.Bits - 1))])
            {
                Assert.Equal(signed, Code<T>(Value<T>(signed)));
                Assert.True(float.IsFinite(Value<T>(signed)));
            }
        }
    }

    private static uint Code<T>(float x)
        where T : unmanaged, IMiniFloat =>
        default(RoundToMiniFloat<T>).Code<ScalarLane, ScalarWord>(new ScalarLane(x), new ScalarWord(0)).Value;

    private static float Value<T>(uint code)
        where T : unmanaged, IMiniFloat =>
        default(MiniFloatValue<T>).Value<ScalarLane, ScalarWord>(new ScalarWord(code)).Value;
}
