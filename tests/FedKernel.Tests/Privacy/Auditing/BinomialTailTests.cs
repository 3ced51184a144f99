// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Auditing;
using Xunit;

namespace FedKernel.Tests.Privacy.Auditing;

/// <summary>Known answers: sums of exact binomial coefficients with 60 decimal digits.</summary>
public sealed class BinomialTailTests
{
    [Theory]
    [InlineData(10, 7, 0.5, -1.4532780990190208, -0.82086794317597378, -0.57990698256634576)]
    [InlineData(100, 99, 3, -3.2535649713861146, -3.0705308608256732, -0.047507331487202556)]
    [InlineData(10000, 5000, 0, -4.8309865386327768, -0.68520019552069433, -0.70115782641972091)]
    [InlineData(10000, 9000, 2, -22.770596689365878, -21.07260520011139, -7.0515378668786855e-10)]
    [InlineData(10000, 9990, 2, -1212.2856207087141, -1212.2782030607154, -3.1505243357349757e-40)]
    [InlineData(1000000, 731059, 1, -7.0134324215181412, -0.6928671391770973, -0.69342730038793787)]
    [InlineData(1000000, 740000, 1, -211.77299159401929, -208.67266069905375, -3.4059479935364677e-39)]
    [InlineData(1000000, 700000, 1, -2404.4318335809176, -3.3159076408975673e-39, -2402.6301172295753)]
    [InlineData(20000, 3, -9.5, -2.0784273904553894, -1.6587497981213115, -0.2111863752104193)]
    [InlineData(1000000, 999999, 20, -6.1865505956560405, -2.1212606712488457e-06, -13.063501050399012)]
    public void Tails_AgainstSixtyDigits_Agree(long n, long k, double logit, double mass, double upper, double lowerOfBefore)
    {
        // Relative to the probability: 10⁻¹¹ in the logarithm.
        Assert.Equal(mass, BinomialTail.LogMass(k, n, logit), 1e-11);
        Assert.Equal(upper, BinomialTail.LogUpper(k, n, logit), 1e-11);
        Assert.Equal(lowerOfBefore, BinomialTail.LogLower(k - 1, n, logit), 1e-11);
    }

    [Fact]
    public void Tails_AtTheEnds_AreCertainOrImpossible()
    {
        Assert.Equal(0, BinomialTail.LogUpper(0, 9, 1));
        Assert.Equal(double.NegativeInfinity, BinomialTail.LogUpper(10, 9, 1));
        Assert.Equal(0, BinomialTail.LogLower(9, 9, 1));
        Assert.Equal(double.NegativeInfinity, BinomialTail.LogLower(-1, 9, 1));
        Assert.Equal(-700.0 * 9, BinomialTail.LogUpper(9, 9, -700), 1e-9);
    }

    /// <summary>Φ by Taylor's series with 90 decimal digits.</summary>
    [Theory]
    [InlineData(-8, 6.2209605742717839e-16)]
    [InlineData(-5.7, 5.9903714010635345e-09)]
    [InlineData(-3, 0.0013498980316300946)]
    [InlineData(-1.5, 0.066807201268858071)]
    [InlineData(-0.3, 0.38208857781104738)]
    [InlineData(0, 0.5)]
    [InlineData(0.66, 0.74537308532866386)]
    [InlineData(1, 0.84134474606854293)]
    [InlineData(6, 0.9999999990134123)]
    public void Normal_AgainstNinetyDigits_AgreesBothWays(double x, double p)
    {
        // Rounding x/√2 alone moves the tail by x²·10⁻¹⁶.
        Assert.Equal(1, StandardNormal.Cdf(x) / p, 2e-15 + (2e-16 * x * x));
        // Where p is rounded near 1 the quantile moves by 2⁻⁵³ over the density.
        double slack = 1e-15 + (1.2e-16 * p * Math.Sqrt(2 * Math.PI) * Math.Exp(x * x / 2));
        Assert.Equal(x, StandardNormal.Quantile(p), 2 * slack * Math.Max(1, Math.Abs(x)));
    }

    [Fact]
    public void Normal_OnAGrid_AgreesWithTheSlowSeries()
    {
        for (double x = -30; x <= 8; x += 0.0371)
        {
            Assert.Equal(1, StandardNormal.Cdf(x) / Math.Exp(NormalDistribution.LogCdf(x)), 1e-12);
        }

        Assert.Equal(double.NegativeInfinity, StandardNormal.Quantile(0));
        Assert.Equal(double.PositiveInfinity, StandardNormal.Quantile(1));
    }
}
