// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class GhostGradientTests
{
    [Theory]
    [InlineData(new[] { 6, 1 }, Activation.None)]
    [InlineData(new[] { 6, 3 }, Activation.None)]
    [InlineData(new[] { 6, 5, 1 }, Activation.Tanh)]
    [InlineData(new[] { 6, 7, 4, 3 }, Activation.Relu)]
    [InlineData(new[] { 6, 4, 4, 2 }, Activation.None)]
    public void NormAndSum_AnyNetwork_AreThoseOfThePlainGradients(int[] widths, Activation activation)
    {
        var model = new DensePerceptron(widths, activation);
        float[] weights = model.CreateUniform(new SimulationSeed(3));
        TabularDataset table = Table(24, Math.Max(2, widths[^1]));
        var ghost = new GhostGradient(model, weights, table, [.. Enumerable.Range(0, 24)]);
        double[][] plain = [.. Enumerable.Range(0, 24).Select(r => PlainGradients.Of(model, weights, table, r))];
        for (int r = 0; r < 24; r++)
        {
            double norm = PlainGradients.Norm(plain[r]);
            Assert.InRange(ghost.Norm(r, 1), norm * (1 - 1e-15), norm * (1 + 1e-11));
        }

        // Records of three rows: the norm of a sum is not the sum of norms.
        var sum = new double[weights.Length];
        var expected = new double[weights.Length];
        for (int first = 0; first < 24; first += 3)
        {
            double[] record = [.. Enumerable.Range(0, weights.Length).Select(i => plain[first][i] + plain[first + 1][i] + plain[first + 2][i])];
            double norm = PlainGradients.Norm(record);
            Assert.InRange(ghost.Norm(first, 3), norm * (1 - 1e-14), norm * (1 + 1e-10));
            ghost.AddTo(sum, first, 3, 1 / norm);
            expected = [.. expected.Zip(record, (e, g) => e + (g / norm))];
        }

        Assert.All(sum.Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-12));
    }

    [Fact]
    public void Norm_RowsThatCancel_IsNeverBelowTheTruth()
    {
        // The same patient with both labels at a model that says ½: the gradients are opposite, and their sum is 0.
        var model = new DensePerceptron([6, 1]);
        float[] features = [.. Enumerable.Range(0, 6).Select(i => 1000.1f + i)];
        var table = new TabularDataset(["a", "b", "c", "d", "e", "f"], [.. features, .. features], [0, 1], [7, 7]);
        double norm = new GhostGradient(model, new float[7], table, [0, 1]).Norm(0, 2);
        Assert.InRange(norm, 0, 0.01);
        Assert.InRange(new GhostGradient(model, new float[7], table, [0, 1]).Norm(0, 1), 1226, 1228);
    }

    /// <summary>Opacus 1.3 adds 10⁻⁶ to the norm before it divides; we do not, and prove the bound otherwise.</summary>
    [Fact]
    public void ClippedSumAndStep_AreThoseOfOpacus()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "KnownAnswers", "opacus_dpsgd_step.json")));
        using var device = new CpuDevice();
        using SecretKey256 key = SecretKey256.Import([9, .. new byte[31]]);
        JsonElement[] cases = [.. file.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.Equal(3, cases.Length);
        foreach (JsonElement c in cases)
        {
            int[] widths = [.. Numbers(c, "layers").Select(x => (int)x)];
            double bound = c.GetProperty("max_grad_norm").GetDouble(), rate = c.GetProperty("lr").GetDouble();
            var model = new DensePerceptron(widths, c.GetProperty("activation").ValueKind == JsonValueKind.Null ? Activation.None : Activation.Tanh);
            TabularDataset table = OpacusTable(c, widths[0]);
            float[] before = [.. Numbers(c, "params_before").Select(x => (float)x)];
            int n = table.RowCount;

            var ghost = new GhostGradient(model, before, table, [.. Enumerable.Range(0, n)]);
            double[] norms = [.. Numbers(c, "per_sample_norms")], factors = [.. Numbers(c, "clip_factors")];
            Assert.Equal(c.GetProperty("loss_value").GetDouble(), ghost.LossSum / n, 1e-6);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(norms[i], ghost.Norm(i, 1), 1e-6 * norms[i]);
                Assert.Equal(factors[i], Math.Min(1, bound / (ghost.Norm(i, 1) + 1e-6)), 2e-6);
            }

            var options = new DpSgdOptions(bound, [1e-6], rate, 1);
            using var trainer = new DpSgdTrainer(device, model, table, RecordGroups.ByRow(table), new PoissonBatches(n, 1, key), options, key);
            float[] sum = trainer.ClippedSum(before, [.. Enumerable.Range(0, n)]);
            double[] theirs = [.. Numbers(c, "summed_clipped")];
            Assert.All(sum.Zip(theirs), p => Assert.Equal(p.Second, p.First, n * 2e-6));
            double[] noise = [.. Numbers(c, "noise_added")], after = [.. Numbers(c, "params_after")];
            using DeviceBuffer<float> start = device.Upload<float>(before);
            using ModelUpdate update = trainer.Train(start);
            for (int i = 0; i < before.Length; i++)
            {
                // Our step has no noise to speak of; with theirs added it must lead to where theirs leads.
                Assert.Equal(after[i], before[i] + update.Values.ToArray()[i] - (rate / n * noise[i]), 1e-6);
            }
        }
    }

    [Fact]
    public void Perceptron_OneLayer_HasTheLayoutAndMarginsOfLogisticRegression()
    {
        var model = new DensePerceptron([6, 1]);
        Assert.Equal(new LogisticRegression(6).Layout, model.Layout);
        Assert.Equal([2.5], model.Outputs([1, 0, 0, 0, 0, 0.5f, 1], [0.5f, 9, 9, 9, 9, 2]));
        Assert.Equal(16, new DensePerceptron([2, 3, 1, 3], Activation.Relu).Layout.Length - 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DensePerceptron([6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DensePerceptron([6, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DensePerceptron([6, 1], (Activation)9));
    }

    internal static TabularDataset Table(int rows, int classes, int rowsPerPatient = 1) => new(
        [.. Enumerable.Range(0, 6).Select(c => $"x{c}")],
        [.. Enumerable.Range(0, rows * 6).Select(i => MathF.Sin(i * 0.9f) * (1 + (i % 7)))],
        [.. Enumerable.Range(0, rows).Select(r => (float)(r * 7 % 5 % classes))],
        [.. Enumerable.Range(0, rows).Select(r => r / rowsPerPatient)]);

    private static TabularDataset OpacusTable(JsonElement c, int features)
    {
        float[] x = [.. c.GetProperty("X").EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(v => (float)v.GetDouble())];
        float[] y = [.. Numbers(c, "y").Select(v => (float)v)];
        return new TabularDataset([.. Enumerable.Range(0, features).Select(i => $"x{i}")], x, y, [.. Enumerable.Range(0, y.Length)]);
    }

    private static IEnumerable<double> Numbers(JsonElement c, string name) => c.GetProperty(name).EnumerateArray().Select(v => v.GetDouble());
}
