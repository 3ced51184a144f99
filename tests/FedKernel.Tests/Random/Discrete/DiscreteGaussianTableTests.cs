// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Random.Discrete;
using Xunit;

namespace FedKernel.Tests.Random.Discrete;

public sealed class DiscreteGaussianTableTests
{
    private const int Bits = DiscreteGaussianLaw.Precision;

    public static TheoryData<double> Sigmas => [1.0 / 64, 0.3, 0.5, Math.Sqrt(0.5), 1, 2, 2.342, 3, 8, 11.7, 31, 33, 100, 1234.5, 1e6, 1 << 24];

    /// <summary>Normalizers and variances to 18 digits, by mpmath.</summary>
    [Theory]
    [InlineData(1, 4, 1.27134152218901523, 0.215012675088138486)]
    [InlineData(1, 2, 1.77263720482665215, 0.498979130832820462)]
    [InlineData(1, 1, 2.50662828804290554, 0.999999788767728083)]
    [InlineData(4, 1, 5.013256549262001, 4.0)]
    [InlineData(9, 1, 7.51988482389300151, 9.0)]
    public void Law_KnownNormalizerAndVariance_AreReached(int numerator, int denominator, double normalizer, double variance)
    {
        var law = new DiscreteGaussianLaw(new Rational(numerator, denominator), -150);
        double[] p = [.. law.Masses.Select(Number)];
        Assert.Equal(1 / normalizer, p[0], 1e-16);
        Assert.Equal(variance, p.Select((m, k) => m * k * k).Sum(), variance * 4e-15);
        Assert.Equal(1, p.Sum(), 1e-15);
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Words_BothStages_AreTheLawWithinTheFailureMass(double sigma)
    {
        var table = new DiscreteGaussianTable(sigma);
        ConvolutionPlan plan = ConvolutionPlan.For(sigma);
        var law = new DiscreteGaussianLaw(Rational.From(sigma).Square / plan.SumOfSquares, -250);
        BigInteger[] made = Masses(table);
        BigInteger distance = 0;
        for (int k = 0; k < Math.Max(made.Length, law.Masses.Count); k++)
        {
            distance += BigInteger.Abs(made.ElementAtOrDefault(k) - law.Masses.ElementAtOrDefault(k));
        }

        // One sample that alone asks: the first terms of the sum. The whole distance of a step is more.
        Assert.True(Number(distance) / 2 * DiscreteGaussianTable.Step <= table.FailureMassOfStep + Math.ScaleB(1, -240));
        Assert.True(Number(distance) / 2 <= Math.ScaleB(1, -100), $"{Math.Log2(Number(distance) / 2)}");
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void FailureMass_EverySigma_IsBelow96BitsASample(double sigma)
    {
        var table = new DiscreteGaussianTable(sigma);
        Assert.InRange(table.FailureMass(16) / 16, 0, Math.ScaleB(1, -96));
        Assert.Equal(0, table.FailureMass(0));
        Assert.Equal(table.FailureMass(16), table.FailureMass(1));
        Assert.Equal(2 * table.FailureMass(16), table.FailureMass(17));
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Bound_EverySigma_LeavesRoomInAnInt32(double sigma)
    {
        var table = new DiscreteGaussianTable(sigma);
        Assert.InRange(table.Bound, 0, 1 << 30);
        Assert.True(table.Bound >= (sigma < 0.2 ? 0 : 10 * sigma));
        Assert.Equal(table.Shape.Length, table.Words.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.0156)]
    [InlineData(16777217)]
    [InlineData(double.NaN)]
    public void Constructor_SigmaOutside_IsRefused(double sigma) =>
        Assert.Contains("0.015625, 16777216", Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussianTable(sigma)).Message);

    [Theory]
    [InlineData(33)]
    [InlineData(50.5)]
    [InlineData(100)]
    public void Plan_TwoTerms_ConvolveToTheDiscreteGaussian(double sigma)
    {
        ConvolutionPlan plan = ConvolutionPlan.For(sigma);
        Assert.Equal(2, plan.Multipliers.Count);
        double[] narrow = Normal(plan.BaseSigma, 400), wide = Normal(sigma, 1000);
        int multiplier = plan.Multipliers[1];
        for (int z = -1000; z <= 1000; z++)
        {
            double sum = 0;
            for (int x = -400; x <= 400; x++)
            {
                int rest = z - (multiplier * x);
                sum += Math.Abs(rest) <= 400 ? narrow[x + 400] * narrow[rest + 400] : 0;
            }

            Assert.Equal(wide[z + 1000], sum, (1e-12 * wide[z + 1000]) + 1e-18);
        }
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Plan_EverySigma_HasTheVarianceAskedForAndSmooths(double sigma)
    {
        ConvolutionPlan plan = ConvolutionPlan.For(sigma);
        Assert.Equal(sigma * sigma, plan.BaseSigma * plan.BaseSigma * plan.SumOfSquares, sigma * sigma * 1e-14);
        Assert.InRange(plan.SmoothingError, 0, plan.Multipliers.Count * Math.ScaleB(1, -100));
        Assert.Equal(1, plan.Multipliers[0]);
    }

    [Fact]
    public void ExpOfMinus_AcrossTheRange_IsTheExponential()
    {
        foreach (double y in (double[])[0, 1e-9, 0.1, 1, 7.5, 100, 2048])
        {
            BigInteger fixedPoint = new BigInteger(Math.ScaleB(y, 60)) << (Bits - 60);
            double exact = Math.Exp(-Math.ScaleB(Math.Floor(Math.ScaleB(y, 60)), -60));
            Assert.Equal(exact, Number(DiscreteGaussianLaw.ExpOfMinus(fixedPoint)), (exact * 1e-13) + 1e-95);
        }
    }

    /// <summary>P(k) · 2^Bits that a table gives: what word and rest mean, counted.</summary>
    private static BigInteger[] Masses(DiscreteGaussianTable table)
    {
        DrawShape shape = table.Shape;
        uint[] w = table.Words.ToArray();
        var masses = new BigInteger[Math.Max(shape.First, shape.Rest) + 1];
        for (int k = 0; k <= shape.First; k++)
        {
            uint above = k == 0 ? 1u << 31 : w[k - 1], below = w[k];
            masses[k] += (BigInteger)(above - below) << (Bits - 31);
        }

        BigInteger[] thresholds = [BigInteger.One << 93, .. Enumerable.Range(0, shape.Rest).Select(j => Threshold(w, shape, j)), 0];
        for (int k = 0; k <= shape.Rest; k++)
        {
            masses[k] += (thresholds[k] - thresholds[k + 1]) * w[shape.First] << (Bits - 31 - 93);
        }

        return masses;
    }

    private static BigInteger Threshold(uint[] w, DrawShape shape, int j)
    {
        int at = shape.RestStart + (3 * j);
        return ((BigInteger)w[at] << 62) + ((BigInteger)w[at + 1] << 31) + w[at + 2];
    }

    private static double[] Normal(double sigma, int reach)
    {
        double[] p = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(z => Math.Exp(-(double)z * z / (2 * sigma * sigma)))];
        double sum = p.Sum();
        return [.. p.Select(v => v / sum)];
    }

    private static double Number(BigInteger fixedPoint) => fixedPoint.IsZero ? 0 : Math.Exp(BigInteger.Log(fixedPoint) - (Bits * Math.Log(2)));
}
