// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Text.Json;
using FedKernel.Random;
using FedKernel.Random.Discrete;
using Xunit;

namespace FedKernel.Tests.Random.Discrete;

public sealed class ExactDiscreteGaussianTests
{
    private static readonly JsonElement _known = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "KnownAnswers", "libprio_discrete_gauss.json"))).RootElement;

    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, _known.GetProperty("vectors").GetArrayLength())];

    [Fact]
    public void TurboShake128_OfTheVdafVector_GivesTheDerivedSeed()
    {
        JsonElement xof = _known.GetProperty("xof");
        byte[] derived = new byte[32];
        TurboShake128.Xof(Hex(xof, "seed"), Hex(xof, "dst"), Hex(xof, "binder")).Fill(derived);
        Assert.Equal(xof.GetProperty("derived_seed").GetString(), Convert.ToHexStringLower(derived));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Next_RandomnessOfLibprio_GivesItsSamples(int vector)
    {
        JsonElement v = _known.GetProperty("vectors")[vector];
        var sigma = new Rational(Integer(v.GetProperty("std_num")), Integer(v.GetProperty("std_denom")));
        var sampler = new ExactDiscreteGaussian(sigma, TurboShake128.Xof(Hex(v, "seed"), [], []).Fill);
        foreach (JsonElement sample in v.GetProperty("samples").EnumerateArray())
        {
            Assert.Equal(Integer(sample), sampler.Next());
        }
    }

    [Fact]
    public void Next_TwoSamplersOfOneStream_Agree()
    {
        using var key = SecretKey256.Create();
        ChaCha20Stream stream = key.CreateStream(new StreamId(1, StreamPurpose.PrivacyNoise));
        ExactDiscreteGaussian a = new(2.342, stream), b = new(2.342, stream);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(a.Next(), b.Next()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_SigmaNotPositiveAndFinite_IsRefused(double sigma) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactDiscreteGaussian(sigma, default(ChaCha20Stream)));

    [Theory]
    [InlineData(0.5)]
    [InlineData(2.342)]
    [InlineData(1e300)]
    [InlineData(double.Epsilon)]
    public void Rational_OfADouble_IsItsExactValue(double value)
    {
        Rational r = Rational.From(value);
        Assert.Equal(value, Math.Exp(BigInteger.Log(r.Numerator) - BigInteger.Log(r.Denominator)), Math.Abs(value) * 1e-12);
        Assert.True(BigInteger.Max(r.Denominator, 1).IsPowerOfTwo);
    }

    private static BigInteger Integer(JsonElement element) => BigInteger.Parse(element.GetRawText(), null);

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);
}
