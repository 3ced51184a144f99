// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class LogisticKernelTests
{
    private static readonly float[] _margins =
        [.. Enumerable.Range(-8700, 17401).Select(i => i / 100f), 0f, -0f, 1e-30f, -1e-30f, 200f, -200f, float.PositiveInfinity, float.NegativeInfinity];

    [Fact]
    public void LogisticResidual_AnyMargin_IsWithinFourUlpOfSigmoidOnEveryDevice()
    {
        float[]? first = null;
        foreach (Device device in TestDevices.OpenAll())
        {
            float[] sigmoid = Run(device, new LogisticResidual(1), _margins, new float[_margins.Length]);
            for (int i = 0; i < _margins.Length; i++)
            {
                double exact = 1 / (1 + Math.Exp(-Math.Clamp(_margins[i], -87.0, 87.0)));
                Assert.True(Math.Abs(sigmoid[i] - exact) <= 4 * (MathF.BitIncrement((float)exact) - (float)exact), $"σ({_margins[i]}) = {sigmoid[i]}, not {exact}");
                Assert.InRange(sigmoid[i], 0f, 1f);
            }

            Assert.Equal(first ??= sigmoid, sigmoid);
            device.Dispose();
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void LogisticLoss_AnyMargin_IsCrossEntropy(float label)
    {
        using var device = new CpuDevice();
        float[] margins = [.. _margins.Where(float.IsFinite)];
        float[] loss = Run(device, default(LogisticLoss), margins, [.. margins.Select(_ => label)]);
        for (int i = 0; i < margins.Length; i++)
        {
            double m = margins[i], exact = Math.Max(m, 0) - (m * label) + Math.Log(1 + Math.Exp(-Math.Abs(m)));
            Assert.True(Math.Abs(loss[i] - exact) <= 3e-7 * Math.Max(1, exact), $"loss of {m}: {loss[i]}, not {exact}");
        }
    }

    [Fact]
    public void ClampToBound_AnythingAtAll_StaysInside()
    {
        using var device = new CpuDevice();
        float[] x = [5, -5, 0.5f, -0.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f];
        Assert.Equal([1, -1, 0.5f, -0.5f, -1, 1, -1, 0], Run(device, default(ClampToBound), x, [.. x.Select(_ => 1f)]));
    }

    [Fact]
    public void Gradient_RandomTable_IsTheDerivativeOfTheLoss()
    {
        using var device = new CpuDevice();
        float[] features = [.. Enumerable.Range(0, 60).Select(i => MathF.Sin(i * 1.7f) * 2)];
        float[] labels = [.. Enumerable.Range(0, 20).Select(i => i % 3 == 0 ? 1f : 0f)];
        var table = new TabularDataset(["a", "b", "c"], features, labels, [.. Enumerable.Range(0, 20)]);
        using AugmentedTable rows = AugmentedTable.Upload(device, table);
        double[] w = [0.3, -0.7, 0.1, 0.2];
        using DeviceBuffer<float> weights = device.Upload<float>([.. w.Select(v => (float)v)]);
        using DeviceBuffer<float> residuals = device.Allocate<float>(20), gradient = device.Allocate<float>(4);
        LogisticRegression.Gradient(rows.Features, rows.Labels, weights, residuals, gradient, 1f / 20);
        float[] found = gradient.ToArray();
        for (int j = 0; j < 4; j++)
        {
            const double Step = 1e-5;
            double derivative = (Loss(j, Step) - Loss(j, -Step)) / (2 * Step);
            Assert.Equal(derivative, found[j], 1e-6);
        }

        double Loss(int j, double step) => Enumerable.Range(0, 20).Average(r =>
        {
            double m = w[3] + (j == 3 ? step : 0);
            for (int c = 0; c < 3; c++)
            {
                m += features[(r * 3) + c] * (w[c] + (j == c ? step : 0));
            }

            return Math.Log(1 + Math.Exp(m)) - (m * labels[r]);
        });
    }

    [Fact]
    public void Evaluate_TiesAndOneLabel_CountHalfAndNotAtAll()
    {
        Assert.Equal(0.875, LogisticEvaluator.Auc([1, 2, 2, 3], [0, 0, 1, 1]));
        Assert.Equal(0.0, LogisticEvaluator.Auc([1, 2], [1, 0]));
        Assert.Null(LogisticEvaluator.Auc([1, 2], [1, 1]));
        using var device = new CpuDevice();
        var table = new TabularDataset(["x"], [-2, -1, 1, 2], [0, 1, 1, 1], [0, 1, 2, 3]);
        using var evaluator = new LogisticEvaluator(device, table);
        Evaluation evaluation = evaluator.Evaluate([1, 0]);
        Assert.Equal((4, 0.75, 1.0), (evaluation.Count, evaluation.Accuracy, evaluation.Auc));
        Assert.Equal((Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.E) + Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.Exp(-2))) / 4, evaluation.Loss, 1e-6);
    }

    [Fact]
    public void AugmentedTable_LabelNeitherZeroNorOne_IsRefused()
    {
        using var device = new CpuDevice();
        var table = new TabularDataset(["x"], [1], [2], [0]);
        Assert.Throws<ArgumentException>(() => AugmentedTable.Upload(device, table));
    }

    private static float[] Run<TOp>(Device device, TOp op, float[] x, float[] y)
        where TOp : unmanaged, IMap2
    {
        using DeviceBuffer<float> a = device.Upload<float>(x), b = device.Upload<float>(y);
        device.Map(a, b, a, op);
        return a.ToArray();
    }
}
