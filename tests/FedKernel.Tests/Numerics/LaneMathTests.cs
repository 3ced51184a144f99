// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Validation;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Tests.Contracts;
using Xunit;

namespace FedKernel.Tests.Numerics;

/// <summary>The bounds in the documentation of <see cref="LaneMath"/>, against the float64 functions of the platform.</summary>
public sealed class LaneMathTests
{
    [Fact]
    public void Log_DenseSample_IsWithinTwoUlp()
    {
        double worst = 0;
        for (uint bits = 0x00800000; bits < 0x7F800000; bits += 997)
        {
            worst = Math.Max(worst, LogError(bits));
        }

        // Every float near 1, where the result is small and an absolute error would be many ulp.
        for (uint bits = 0x3F7F0000; bits < 0x3F808000; bits++)
        {
            worst = Math.Max(worst, LogError(bits));
        }

        Assert.InRange(worst, 0.5, 2);
    }

    [Fact]
    public void Exp_DenseSample_IsWithinTwoUlp()
    {
        double worst = 0;
        for (uint bits = 0; bits <= BitConverter.SingleToUInt32Bits(88f); bits += 1009)
        {
            float x = BitConverter.UInt32BitsToSingle(bits);
            worst = Math.Max(worst, UlpDistance.Between(Math.Exp(x), Exp(x)));
            worst = Math.Max(worst, UlpDistance.Between(Math.Exp(-Math.Min(x, 87f)), Exp(-Math.Min(x, 87f))));
        }

        Assert.InRange(worst, 0.5, 2);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 88f)]
    [InlineData(1000f, 88f)]
    [InlineData(float.NegativeInfinity, -87f)]
    [InlineData(-1000f, -87f)]
    [InlineData(float.NaN, -87f)]
    public void Exp_Outside_IsHeldAtTheEdge(float x, float edge) => Assert.Equal(Exp(edge), Exp(x));

    [Fact]
    public void LogUniform_StridedWords_IsWithinItsBound()
    {
        double worst = 0;
        for (ulong w = 0; w < 1UL << 32; w += 4093)
        {
            worst = Math.Max(worst, LogUniformError((uint)w));
        }

        // Both ends, where u is smallest and where it rounds to 1.
        for (uint w = 0; w < 70_000; w++)
        {
            worst = Math.Max(worst, Math.Max(LogUniformError(w), LogUniformError(~w)));
        }

        Assert.InRange(worst, 0, 1.0 / (1 << 23));
    }

    [Fact]
    public void SinCosTurn_StridedWords_IsWithinItsBound()
    {
        double worst = 0;
        for (ulong w = 0; w < 1UL << 32; w += 4093)
        {
            LaneMath.SinCosTurn(new ScalarWord((uint)w), out ScalarLane sin, out ScalarLane cos);
            double angle = 2 * Math.PI * (w / 4294967296.0);
            worst = Math.Max(worst, Math.Max(Math.Abs(sin.Value - Math.Sin(angle)), Math.Abs(cos.Value - Math.Cos(angle))));
        }

        Assert.InRange(worst, 0, 1.0 / (1 << 23));
    }

    [Theory]
    [InlineData(0u, 0f, 1f)]
    [InlineData(0x40000000u, 1f, 0f)]
    [InlineData(0x80000000u, 0f, -1f)]
    [InlineData(0xC0000000u, -1f, 0f)]
    public void SinCosTurn_Quarters_AreExact(uint word, float expectedSin, float expectedCos)
    {
        LaneMath.SinCosTurn(new ScalarWord(word), out ScalarLane sin, out ScalarLane cos);
        Assert.Equal((expectedSin, expectedCos), (sin.Value, cos.Value));
    }

    [Fact]
    public void LogAndExp_EveryDevice_GiveTheBitsOfTheScalarLane()
    {
        using var devices = new TestDevices();
        KernelCase[] cases =
        [
            new Map1Case<ExpOf>("exp", default, Exp),
            new Map1Case<LogOfAbs>("log", default, x => Log(Math.Abs(x))),
        ];
        foreach (DeviceCandidate candidate in TestDevices.Usable)
        {
            Device device = devices.Open(TestDevices.Name(candidate));
            var options = new KernelValidationOptions { Lengths = [1, 15, 257, 5001], Cases = cases };
            Assert.All(KernelValidator.Run(device, options), r => Assert.True(r.Pass, $"{r.DeviceId} {r.Kernel}: {r.FirstFailure}"));
        }
    }

    private static double LogError(uint bits)
    {
        float x = BitConverter.UInt32BitsToSingle(bits);
        return UlpDistance.Between(Math.Log(x), Log(x));
    }

    private static double LogUniformError(uint word)
    {
        double exact = Math.Log((word + 0.5) / 4294967296.0);
        double actual = LaneMath.LogUniform<ScalarLane, ScalarWord>(new ScalarWord(word)).Value;
        return Math.Abs(actual - exact) / Math.Max(1, Math.Abs(exact));
    }

    private static float Log(float x) => LaneMath.Log<ScalarLane, ScalarWord>(new ScalarLane(x)).Value;

    private static float Exp(float x) => LaneMath.Exp<ScalarLane, ScalarWord>(new ScalarLane(x)).Value;

    public readonly struct ExpOf : IMap1
    {
        public static int MaxUlp => 0;

        public TLane Invoke<TLane, TWord>(TLane x)
            where TLane : struct, ILane<TLane, TWord>
            where TWord : struct, IWordLane<TWord> => LaneMath.Exp<TLane, TWord>(x);
    }

    /// <summary>Of any input: where the logarithm has no meaning, the bits are still the same.</summary>
    public readonly struct LogOfAbs : IMap1
    {
        public static int MaxUlp => 0;

        public TLane Invoke<TLane, TWord>(TLane x)
            where TLane : struct, ILane<TLane, TWord>
            where TWord : struct, IWordLane<TWord> => LaneMath.Log<TLane, TWord>(TLane.Abs(x));
    }
}
