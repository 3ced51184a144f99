// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class SolverTests
{
    [Fact]
    public void Adam_HundredSteps_FollowsTheAlgorithmOfThePaper()
    {
        using var device = new CpuDevice();
        using var adam = new AdamOptimizer(device, 3, 0.01);
        using DeviceBuffer<float> weights = device.Upload<float>([1, -2, 0.5f]), gradient = device.Allocate<float>(3);
        double[] w = [1, -2, 0.5], m = new double[3], v = new double[3];
        for (int t = 1; t <= 100; t++)
        {
            float[] g = [MathF.Sin(t), 1e-4f * t, -100f / t];
            gradient.CopyFrom(g);
            adam.Step(weights, gradient);
            for (int i = 0; i < 3; i++)
            {
                m[i] = (0.9 * m[i]) + (0.1 * g[i]);
                v[i] = (0.999 * v[i]) + (0.001 * g[i] * g[i]);
                w[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
        }

        float[] found = weights.ToArray();
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(w[i], found[i], 2e-5));
    }

    [Fact]
    public void Sgd_OneStep_GoesDownTheGradient()
    {
        using var device = new CpuDevice();
        using var sgd = new SgdOptimizer(0.5);
        using DeviceBuffer<float> weights = device.Upload<float>([1, 2]), gradient = device.Upload<float>([2, -4]);
        sgd.Step(weights, gradient);
        Assert.Equal([0, 4], weights.ToArray());
    }

    [Fact]
    public void ReshufflingBatches_SeveralPasses_HoldEachRowOnceAPassAndAShortLastBatch()
    {
        var batches = new ReshufflingBatches(10, 4, new SimulationSeed(5), client: 2);
        int[][] passes = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            int[][] pass = [batches.Next(), batches.Next(), batches.Next()];
            Assert.Equal([4, 4, 2], pass.Select(b => b.Length));
            return pass.SelectMany(b => b).ToArray();
        })];
        Assert.All(passes, p => Assert.Equal(Enumerable.Range(0, 10), p.Order()));
        Assert.NotEqual(passes[0], passes[1]);
        Assert.NotEqual(passes[0], Enumerable.Range(0, 3).SelectMany(_ => new ReshufflingBatches(10, 4, new SimulationSeed(5), 3).Next()));
    }
}
