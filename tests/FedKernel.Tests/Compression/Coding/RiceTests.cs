// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using Xunit;

namespace FedKernel.Tests.Compression.Coding;

public sealed class RiceTests
{
    /// <summary>Known answers of the formula of Kiely 2004, computed outside with float64 logarithms; and a set that is drawn.</summary>
    [Theory]
    [InlineData(0.1, 3, 4.755825)]
    [InlineData(0.05, 4, 5.786118)]
    [InlineData(0.01, 6, 8.107910)]
    [InlineData(0.001, 9, 11.494651)]
    [InlineData(1e-4, 13, 14.788161)]
    public void Encode_RandomSet_HasTheBitsOfTheTable(double density, int parameter, double bits)
    {
        const long Length = 100_000_000;
        long count = (long)(density * Length);
        Assert.Equal(parameter, RiceParameter.Bits(count, Length));
        Assert.Equal(bits, RiceParameter.ExpectedBits(count, Length), 1e-6);

        uint[] indices = IndexSets.Bernoulli(4_000_000, density, 9);
        byte[] bytes = new byte[RiceCoder.MaximumBytes(indices.Length, 4_000_000)];
        double measured = 8.0 * RiceCoder.Encode(indices, 4_000_000, bytes) / indices.Length;

        // A set of k indices: the sum of gaps is d, only their roundings vary, some tenths of a bit each, more where there are few.
        double expected = RiceParameter.ExpectedBits(indices.Length, 4_000_000);
        Assert.InRange(measured, expected * 0.9999 - (2 / Math.Sqrt(indices.Length)), (expected * 1.0001) + (2 / Math.Sqrt(indices.Length)));
        if (indices.Length > 30_000)
        {
            Assert.InRange(measured / bits, 0.998, 1.002);
        }
    }

    /// <summary>Squaring integers gives what logarithms give, everywhere but where they are themselves in doubt.</summary>
    [Fact]
    public void Bits_ManyDensities_AgreeWithTheFormula()
    {
        double golden = Math.Log((Math.Sqrt(5) - 1) / 2);
        foreach (long length in (long[])[1, 2, 3, 17, 1000, 123_457, 25_000_000, uint.MaxValue])
        {
            for (double share = 1; share * length >= 1; share *= 0.997)
            {
                long count = (long)(share * length);
                double exact = count == length ? double.NegativeInfinity : Math.Log2(golden / Log1P(-(double)count / length));
                if (Math.Abs(exact - Math.Round(exact)) > 1e-9)
                {
                    Assert.Equal(Math.Max(0, 1 + Math.Floor(exact)), RiceParameter.Bits(count, length));
                }
            }
        }
    }

    [Fact]
    public void Decode_QuotientsBeyondTheLength_AreRefusedBeforeAnythingIsWritten()
    {
        // One index below 2³² − 1 has 31 bits of remainder; here a quotient of 2, which alone is 2³².
        byte[] bytes = [0, 0, 0, 0, 0b100];
        uint[] decoded = [77];
        string message = Assert.Throws<DataFormatException>(() => RiceCoder.Decode(bytes, uint.MaxValue, decoded)).Message;
        Assert.Contains("quotients", message, StringComparison.Ordinal);
        Assert.Equal(77u, decoded[0]);
    }

    private static double Log1P(double x) => Math.Abs(x) > 1e-4 ? Math.Log(1 + x) : x - (x * x / 2) + (x * x * x / 3);
}
