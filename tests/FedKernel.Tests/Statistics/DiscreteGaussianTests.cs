// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Statistics;
using FedKernel.Random;
using FedKernel.Random.Discrete;
using Xunit;

namespace FedKernel.Tests.Statistics;

/// <summary>
/// Ten million samples have the law. The key is fixed, so a run cannot flake; under a fresh key each of the six tests fails a right
/// sampler with a chance of 10⁻⁶.
/// </summary>
public sealed class DiscreteGaussianTests
{
    private const int Count = 10_000_000;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.342)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(999_999.5)]
    public void Draw_TenMillionSamples_HaveTheLaw(double sigma)
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(1);
        Assert.All(
            DiscreteGaussianSoak.Run(device, sigma, Count, key),
            r => Assert.True(r.PValue >= DiscreteGaussianSoak.Alarm, $"{r.Name}: p = {r.PValue}"));
    }

    /// <summary>σ off by a thousandth, and a sampler that is right but for a tail or a neighbour, are found.</summary>
    [Theory]
    [InlineData("sigma", "chi_square")]
    [InlineData("sigma", "variance")]
    [InlineData("zero", "chi_square")]
    [InlineData("shift", "mean")]
    [InlineData("repeat", "partners")]
    [InlineData("repeat", "neighbours")]
    public void Fit_SpoiltSamples_AreFound(string fault, string test)
    {
        var random = new SimulationRandom(new SimulationSeed(5));
        var normal = new int[1 << 20];
        for (int i = 0; i < normal.Length; i++)
        {
            double z = Math.Round(100 * random.NextNormal() * (fault == "sigma" ? 1.006 : 1));
            normal[i] = (int)z + (fault == "shift" && i % 2 == 0 ? 2 : 0);
            if (fault == "zero" && i % 300 == 0)
            {
                normal[i] = 0;
            }

            if (fault == "repeat" && i >= 16 && i % 64 == 0)
            {
                normal[i] = normal[i - (test == "partners" ? 16 : 1)];
            }
        }

        var fit = new DiscreteGaussianFit(100);
        fit.Add(normal);
        Assert.True(fit.Results().Single(r => r.Name == test).PValue < DiscreteGaussianSoak.Alarm);
    }

    /// <summary>The exact sampler has the same law: fifty thousand samples.</summary>
    [Theory]
    [InlineData(2.342)]
    [InlineData(100)]
    public void ExactSampler_FiftyThousandSamples_HaveTheLaw(double sigma)
    {
        using SecretKey256 key = Key(2);
        var sampler = new ExactDiscreteGaussian(sigma, key.CreateStream(default));
        var fit = new DiscreteGaussianFit(sigma);
        fit.Add([.. Enumerable.Range(0, 50_000).Select(_ => (int)sampler.Next())]);
        Assert.All(fit.Results(), r => Assert.True(r.PValue >= DiscreteGaussianSoak.Alarm, $"{r.Name}: p = {r.PValue}"));
    }

    private static SecretKey256 Key(byte first) => SecretKey256.Import([first, .. Enumerable.Range(2, 31).Select(i => (byte)i)]);
}
