// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class DpSgdTrainerTests
{
    private const NeighbouringRelation AddRemove = NeighbouringRelation.AddOrRemoveOne;

    private static readonly DensePerceptron _model = new([6, 1]);

    [Theory]
    [InlineData(GradientClipping.Flat, 0.01)]
    [InlineData(GradientClipping.Flat, 3)]
    [InlineData(GradientClipping.AutoS, 0.01)]
    [InlineData(GradientClipping.AutoS, 3)]
    public void ClippedSum_AddingOnePatient_ChangesItByAtMostTheBound(GradientClipping clipping, double bound)
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(1);
        var model = new DensePerceptron([6, 5, 3], Activation.Relu);
        TabularDataset table = GhostGradientTests.Table(30, 3, rowsPerPatient: 3);
        using DpSgdTrainer trainer = Trainer(device, key, table, model, new DpSgdOptions(bound, [1], 1, 1) { Clipping = clipping }, RecordGroups.ByPatient(table));
        foreach (float scale in new[] { 0f, 1, 30 })
        {
            float[] weights = [.. model.CreateUniform(new SimulationSeed(4)).Select(w => w * scale)];
            float[] rest = trainer.ClippedSum(weights, [.. Enumerable.Range(1, 9)]);
            float[] all = trainer.ClippedSum(weights, [.. Enumerable.Range(0, 10)]);
            double change = Math.Sqrt(all.Zip(rest, (x, y) => Math.Pow((double)x - y, 2)).Sum());
            // The sums are float32: a part in 10⁶ of them is rounding.
            Assert.InRange(change, 0, bound * (1 + 1e-5));
            double[] patient = [.. Enumerable.Range(0, weights.Length).Select(i => Enumerable.Range(0, 3).Sum(r => PlainGradients.Of(model, weights, table, r)[i]))];
            double norm = PlainGradients.Norm(patient);
            Assert.Equal(clipping == GradientClipping.Flat ? Math.Min(norm, bound) : bound * norm / (norm + 0.01), change, bound * 1e-4);
        }
    }

    [Fact]
    public void Train_BrokenModelOrRow_IsDroppedCountedAndStillNoised()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(2);
        TabularDataset good = GhostGradientTests.Table(20, 2);
        float[] features = good.Features.ToArray();
        features[6] = 1e30f;
        features[7] = -1e30f;
        TabularDataset table = good.WithFeatures(features);
        using DpSgdTrainer trainer = Trainer(device, key, table, _model, new DpSgdOptions(1, [1, 1], 1, 1));
        int[] all = [.. Enumerable.Range(0, 20)], others = [0, .. Enumerable.Range(2, 18)];
        // 1e30 · 1e30 overflows float32 but not float64: the row is clipped like any other.
        float[] huge = [.. Enumerable.Repeat(1e30f, 7)];
        Assert.All(trainer.ClippedSum(huge, all), x => Assert.True(float.IsFinite(x)));
        Assert.Equal(0, trainer.DroppedCount);
        float[] broken = [float.NaN, 0, 0, 0, 0, 0, 0];
        Assert.All(trainer.ClippedSum(broken, all), x => Assert.Equal(0, x));
        Assert.Equal(20, trainer.DroppedCount);
        // 0 · NaN of a single weight would reach one row only where its feature is not 0: ∞ − ∞ needs both signs.
        float[] infinite = [float.PositiveInfinity, float.PositiveInfinity, 0, 0, 0, 0, 0];
        Assert.Equal(trainer.ClippedSum(infinite, others), trainer.ClippedSum(infinite, all));
        Assert.True(trainer.DroppedCount > 20);

        using DeviceBuffer<float> model = device.Upload<float>(broken);
        using ModelUpdate update = trainer.Train(model);
        Assert.True(update.Values.ToArray().Skip(1).All(x => float.IsFinite(x) && x != 0));
    }

    [Fact]
    public void Train_NoiseOnly_HasTheScheduledDeviationsForEitherRelation()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(3);
        const int Steps = 1500;
        TabularDataset table = GhostGradientTests.Table(40, 2);
        double[] schedule = [.. Enumerable.Range(0, Steps).Select(t => t < Steps / 2 ? 1e6 : 4e5)];
        var options = new DpSgdOptions(1e-6, schedule, 10, 1);
        foreach ((IPrivateBatchSource source, double sensitivity) in new (IPrivateBatchSource, double)[]
        {
            (new PoissonBatches(40, 0.25, key), 1),
            (new FixedSizeBatches(40, 10, key), 2),
            (new ReshufflingBatches(40, 10, new SimulationSeed(1), 0), 2),
        })
        {
            using var trainer = new DpSgdTrainer(device, _model, table, RecordGroups.ByPatient(table), source, options, key);
            using DeviceBuffer<float> zero = device.Allocate<float>(7);
            double[] squares = new double[2];
            for (int t = 0; t < Steps; t++)
            {
                // Rate 10 over 10 expected records: the update is the noise itself.
                using ModelUpdate update = trainer.Train(zero);
                squares[2 * t / Steps] += update.Values.ToArray().Sum(x => (double)x * x);
            }

            // 5250 draws: the deviation is known to 1 %, and 4 of those are allowed.
            Assert.InRange(Math.Sqrt(squares[0] / (7 * Steps / 2)), 0.96 * sensitivity, 1.04 * sensitivity);
            Assert.InRange(Math.Sqrt(squares[1] / (7 * Steps / 2)), 0.384 * sensitivity, 0.416 * sensitivity);
        }
    }

    [Fact]
    public void Train_BeyondTheSchedule_IsRefusedAndReleasedIsTheSchedule()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(4);
        TabularDataset table = GhostGradientTests.Table(12, 2, rowsPerPatient: 2);
        using DpSgdTrainer trainer = Trainer(device, key, table, _model, new DpSgdOptions(1, [2, 2, 2, 3, 4], 0.1, 2), q: 0.5);
        using DeviceBuffer<float> zero = device.Allocate<float>(7);
        Assert.Null(trainer.Released);
        trainer.Train(zero).Dispose();
        Assert.Equal(new RepeatedEvent(new PoissonSampledEvent(0.5, new GaussianEvent(2, AddRemove)), 2), trainer.Released);
        trainer.Train(zero).Dispose();
        var planned = new ComposedEvent(
            new RepeatedEvent(new PoissonSampledEvent(0.5, new GaussianEvent(2, AddRemove)), 3), new PoissonSampledEvent(0.5, new GaussianEvent(3, AddRemove)));
        Assert.Equal(planned, trainer.Released);
        Assert.Contains("4 of 5", Assert.Throws<PrivacyBudgetException>(() => trainer.Train(zero)).Message, StringComparison.Ordinal);
        Assert.Equal(planned, trainer.Released);
        Assert.Equal(PrivacyUnit.Example, trainer.Unit);
    }

    [Fact]
    public void Train_EverythingEachTime_TakesTheStepsOfTheFullBatchTrainer()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(5);
        TabularDataset table = GhostGradientTests.Table(40, 2);
        using DpSgdTrainer general = Trainer(device, key, table, _model, new DpSgdOptions(0.7, [2, 2, 2, 2, 2], 0.5, 5));
        using var special = new PrivateFullBatchTrainer(device, new LogisticRegression(6), table, new PrivateTrainingOptions(0.7, 2, 0.5, 5, 5), key);
        using DeviceBuffer<float> zero = device.Allocate<float>(7);
        using ModelUpdate one = general.Train(zero), other = special.Train(zero);
        Assert.All(one.Values.ToArray().Zip(other.Values.ToArray()), p => Assert.Equal(p.Second, p.First, 1e-5f));
        Assert.Equal(PrivacyAccountant.Epsilon(special.Released!, 1e-5).Upper, PrivacyAccountant.Epsilon(general.Released!, 1e-5).Upper, 1e-12);
    }

    [Fact]
    public void Train_TwoLayersOnABentProblem_LearnsWhatNoLineCan()
    {
        // Two rings; fixed key and seed, so the outcome is fixed. ε is 8 by the exact Gaussian for full batches.
        const int Rows = 2000, Steps = 150;
        using var device = new CpuDevice();
        using SecretKey256 key = Key(6);
        float[] features = [.. Enumerable.Range(0, Rows).SelectMany(r =>
        {
            double radius = (r % 2 == 0 ? 0.5 : 1.5) + (0.1 * Math.Sin(r));
            return new[] { (float)(radius * Math.Cos(0.37 * r)), (float)(radius * Math.Sin(0.37 * r)) };
        })];
        var table = new TabularDataset(["x", "y"], features, [.. Enumerable.Range(0, Rows).Select(r => (float)(r % 2))], [.. Enumerable.Range(0, Rows)]);
        var model = new DensePerceptron([2, 12, 1], Activation.Tanh);
        double z = AnalyticGaussian.NoiseMultiplier(8, 1e-5) * Math.Sqrt(Steps);
        var options = new DpSgdOptions(1, [.. Enumerable.Repeat(z, Steps)], 2, Steps) { Clipping = GradientClipping.AutoS };
        using DpSgdTrainer trainer = Trainer(device, key, table, model, options, RecordGroups.ByPatient(table));
        float[] start = model.CreateUniform(new SimulationSeed(2));
        using DeviceBuffer<float> initial = device.Upload<float>(start);
        using ModelUpdate update = trainer.Train(initial);
        float[] trained = [.. start.Zip(update.Values.ToArray(), (w, d) => w + d)];
        int correct = Enumerable.Range(0, Rows).Count(r => (model.Outputs(trained, table.Row(r))[0] > 0) == (r % 2 == 1));
        Assert.InRange((double)correct / Rows, 0.95, 1);
        Assert.Equal(8, PrivacyAccountant.Epsilon(trainer.Released!, 1e-5).Upper, 1e-6);
    }

    [Fact]
    public void Create_BadOptionOrPartsThatDoNotFit_IsRefused()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(7);
        TabularDataset table = GhostGradientTests.Table(12, 2, rowsPerPatient: 2);
        var good = new DpSgdOptions(1, [1], 1, 1);
        foreach (DpSgdOptions bad in new[]
        {
            good with { ClippingBound = 0 }, good with { NoiseMultipliers = [] }, good with { NoiseMultipliers = [0] },
            good with { NoiseMultipliers = [double.NaN] }, good with { LearningRate = -1 }, good with { StepsPerRound = 0 },
            good with { StepsPerRound = 2 }, good with { Clipping = (GradientClipping)7 },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(device, key, table, _model, bad));
        }

        // Coins for rows cannot stand for coins of patients.
        Assert.Throws<ArgumentException>(() => new DpSgdTrainer(
            device, _model, table, RecordGroups.ByPatient(table), new PoissonBatches(12, 0.5, key), good, key));
        Assert.Throws<ArgumentException>(() => Trainer(device, key, table, new DensePerceptron([5, 1]), good));
        Assert.Throws<ArgumentException>(() => Trainer(device, key, GhostGradientTests.Table(12, 3), _model, good));
    }

    private static DpSgdTrainer Trainer(
        Device device, SecretKey256 key, TabularDataset table, DensePerceptron model, DpSgdOptions options, RecordGroups? records = null, double q = 1)
    {
        records ??= RecordGroups.ByRow(table);
        return new DpSgdTrainer(device, model, table, records, new PoissonBatches(records.Count, q, key), options, key);
    }

    private static SecretKey256 Key(byte first) => SecretKey256.Import([first, 55, .. new byte[30]]);
}
