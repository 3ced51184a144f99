// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class BatchedPerceptronTests
{
    /// <summary>Of an element, relative to the greatest: float32 sums of some dozens of terms.</summary>
    private const double Tolerance = 2e-6;

    [Theory]
    [InlineData(new[] { 6, 1 }, Activation.None)]
    [InlineData(new[] { 6, 3 }, Activation.None)]
    [InlineData(new[] { 6, 5, 1 }, Activation.Tanh)]
    [InlineData(new[] { 6, 70, 4, 3 }, Activation.Relu)]
    [InlineData(new[] { 6, 4, 33, 2 }, Activation.Tanh)]
    public void Gradient_AnyNetwork_IsThatOfTheOneInFloat64(int[] widths, Activation activation)
    {
        var model = new DensePerceptron(widths, activation);
        float[] weights = model.CreateUniform(new SimulationSeed(3));
        TabularDataset table = GhostGradientTests.Table(24, Math.Max(2, widths[^1]));
        int[] rows = [3, 0, 17, 4, 4, 23, 11];
        var expected = new double[weights.Length];
        new GhostGradient(model, weights, table, rows).AddTo(expected, 0, rows.Length, 1.0 / rows.Length);

        float[] gradient = GradientOf(model, weights, table, rows);
        double greatest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(gradient), p => Assert.InRange(Math.Abs(p.First - p.Second), 0, Tolerance * greatest));
    }

    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    public void Gradient_FiniteDifferences_Agree(Activation activation)
    {
        const float Step = 1f / 256;
        var model = new DensePerceptron([6, 20, 3], activation);
        float[] weights = model.CreateUniform(new SimulationSeed(4));
        TabularDataset table = GhostGradientTests.Table(12, 3);
        int[] rows = [.. Enumerable.Range(0, 12)];
        float[] gradient = GradientOf(model, weights, table, rows);
        using var evaluator = new PerceptronEvaluator(model, table);
        double Loss(int i, float by)
        {
            float[] moved = [.. weights];
            moved[i] += by;
            return evaluator.Evaluate(moved).Loss;
        }

        for (int i = 0; i < weights.Length; i += 7)
        {
            double slope = (Loss(i, Step) - Loss(i, -Step)) / (2 * Step);
            Assert.InRange(gradient[i] - slope, -5e-3, 5e-3);
        }

        Assert.Contains(gradient, g => Math.Abs(g) > 0.05);
    }

    [Fact]
    public void Evaluate_ManyBatches_IsWhatTheNetworkSays()
    {
        var model = new DensePerceptron([6, 9, 3], Activation.Relu);
        float[] weights = model.CreateUniform(new SimulationSeed(5));
        TabularDataset table = GhostGradientTests.Table(150, 3);
        using var evaluator = new PerceptronEvaluator(model, table);
        Evaluation found = evaluator.Evaluate(weights);
        int correct = 0;
        double loss = 0;
        for (int r = 0; r < 150; r++)
        {
            double[] outputs = model.Outputs(weights, table.Row(r));
            correct += Array.IndexOf(outputs, outputs.Max()) == (int)table.Labels[r] ? 1 : 0;
            loss += model.Loss(outputs, table.Labels[r], differentiate: false) / 150;
        }

        Assert.Equal((150, correct / 150.0), (found.Count, found.Accuracy));
        Assert.Equal(loss, found.Loss, 1e-5);
    }

    /// <summary>Registers of any width sum each element for itself: one element after the other gives the same bits.</summary>
    [Theory]
    [InlineData(1, 1, 16)]
    [InlineData(5, 33, 16)]
    [InlineData(7, 29, 48)]
    [InlineData(3, 100, 80)]
    [InlineData(2, 9, 160)]
    public void Multiply_AnyShape_HasTheBitsOfThePlainLoop(int rows, int inner, int columns)
    {
        var random = new SimulationRandom(new SimulationSeed(9));
        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextUniform() < 0.3 ? 0f : (float)(random.NextUniform() - 0.4))];
        float[] a = Draw(rows * inner), b = Draw(inner * columns), start = Draw(columns);
        start[0] = -0f;
        b[1] = float.PositiveInfinity;
        float[] straight = new float[rows * columns], plain = new float[rows * columns];
        HostProduct.Multiply(new SteppedMatrix(a, inner, 1), rows, inner, b, start, straight);
        HostProduct.MultiplyPlain(new SteppedMatrix(a, inner, 1), rows, inner, b, start, plain);
        Assert.Equal(plain.Select(BitConverter.SingleToUInt32Bits), straight.Select(BitConverter.SingleToUInt32Bits));
        HostProduct.Multiply(new SteppedMatrix(a, 1, rows), rows, inner, b, start, straight);
        HostProduct.MultiplyPlain(new SteppedMatrix(a, 1, rows), rows, inner, b, start, plain);
        Assert.Equal(plain.Select(BitConverter.SingleToUInt32Bits), straight.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Multiply_ShapesThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => HostProduct.Multiply(new SteppedMatrix(new float[4], 2, 1), 2, 2, new float[34], new float[17], new float[34]));
        Assert.Throws<ArgumentException>(() => HostProduct.Multiply(new SteppedMatrix(new float[4], 2, 1), 2, 2, new float[31], new float[16], new float[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() => HostProduct.Multiply(new SteppedMatrix(new float[3], 2, 1), 2, 2, new float[32], new float[16], new float[32]));
    }

    private static float[] GradientOf(DensePerceptron model, float[] weights, TabularDataset table, int[] rows)
    {
        // Room for more rows than come, as in the last batch of an epoch.
        var batch = new BatchedPerceptron(model, rows.Length + 3);
        batch.Load(weights);
        batch.Differentiate(table, rows);
        var gradient = new float[weights.Length];
        batch.SaveGradient(gradient);
        var same = new float[weights.Length];
        batch.Save(same);
        Assert.Equal(weights, same);
        return gradient;
    }
}
