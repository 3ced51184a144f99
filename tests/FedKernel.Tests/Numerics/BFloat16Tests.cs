// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;
using Xunit;

namespace FedKernel.Tests.Numerics;

public sealed class BFloat16Tests
{
    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2f, 0xC000)]
    [InlineData(0f, 0x0000)]
    [InlineData(-0f, 0x8000)]
    [InlineData(float.PositiveInfinity, 0x7F80)]
    [InlineData(float.MaxValue, 0x7F80)] // rounds beyond the largest
    [InlineData(3.140625f, 0x4049)]
    [InlineData(1.00390625f, 0x3F80)] // a tie goes to even: down
    [InlineData(1.01171875f, 0x3F82)] // and up
    [InlineData(float.Epsilon, 0x0000)]
    public void FromSingle_RoundsToNearestEven(float value, int bits) => Assert.Equal(bits, ((BFloat16)value).Bits);

    [Fact]
    public void FromSingle_NaN_StaysNaN()
    {
        // A payload in the lower half alone would become infinity if it were cut off.
        float quiet = BitConverter.UInt32BitsToSingle(0x7F800001);
        Assert.True(float.IsNaN((float)(BFloat16)quiet));
        Assert.True(float.IsNaN((float)(BFloat16)float.NaN));
    }

    [Fact]
    public void ToSingleAndBack_EveryPattern_IsTheSame()
    {
        for (int bits = 0; bits < 65536; bits++)
        {
            var value = new BFloat16((ushort)bits);
            var back = (BFloat16)(float)value;
            Assert.True(back == value || (float.IsNaN((float)value) && float.IsNaN((float)back)), $"{bits:x4}");
        }
    }

    [Fact]
    public void FromSingle_EveryNeighbourhood_IsTheNearest()
    {
        for (int bits = 0; bits < 0x7F7F; bits += 37)
        {
            float low = (float)new BFloat16((ushort)bits), high = (float)new BFloat16((ushort)(bits + 1));
            float x = low + ((high - low) * 0.3f);
            Assert.Equal(bits, ((BFloat16)x).Bits);
        }
    }
}
