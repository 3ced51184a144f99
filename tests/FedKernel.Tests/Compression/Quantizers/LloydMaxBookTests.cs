// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Quantizers;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

public sealed class LloydMaxBookTests
{
    public static TheoryData<int, double[]> Published => new()
    {
        // The centroids of EDEN's published code.
        { 1, [0.7978845608] },
        { 2, [0.4527800399, 1.5104176087] },
        { 3, [0.2450941631, 0.7560052490, 1.3439092614, 2.1519456699] },
        { 4, [0.1283950167, 0.3880482345, 0.6567589958, 0.9423402689, 1.2562309480, 1.6180460517, 2.0690167302, 2.7325888041] },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Magnitudes_OneToFourBits_AreThePublished(int bits, double[] expected)
    {
        float[] magnitudes = LloydMaxBook.Magnitudes(bits).ToArray();
        Assert.Equal(expected.Length, magnitudes.Length);
        Assert.All(expected.Zip(magnitudes), p => Assert.Equal(p.First, p.Second, 2e-7));
    }

    [Theory]
    [InlineData(1, 0.3633802276)]
    [InlineData(2, 0.1174818478)]
    [InlineData(3, 0.0345477608)]
    [InlineData(4, 0.0095010080)]
    [InlineData(5, 0.0025046684)]
    [InlineData(6, 0.0006442397)]
    [InlineData(7, 0.00016347823)]
    [InlineData(8, 4.11851e-5)]
    public void MeanSquaredError_EveryBook_IsThatOfANormalVariable(int bits, double expected)
    {
        // Midpoint rule on [0, 9]; beyond there is nothing.
        float[] magnitudes = LloydMaxBook.Magnitudes(bits).ToArray(), boundaries = LloydMaxBook.Boundaries(bits);
        const int Steps = 900_000;
        double sum = 0;
        for (int i = 0, level = 0; i < Steps; i++)
        {
            double x = 9.0 * (i + 0.5) / Steps;
            while (level < boundaries.Length && x >= boundaries[level])
            {
                level++;
            }

            double e = x - magnitudes[level];
            sum += e * e * Math.Exp(-x * x / 2);
        }

        double error = 2 * sum * (9.0 / Steps) / Math.Sqrt(2 * Math.PI);
        Assert.InRange(error / expected, 1 - 1e-5, 1 + 1e-5);
        Assert.InRange(LloydMaxBook.MeanSquaredError(bits) / expected, 1 - 1e-5, 1 + 1e-5);
    }
}
