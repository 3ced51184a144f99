// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Tests.Privacy.Ledger;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class PrivateTrainerTests
{
    private const int Patients = 40, Features = 6;

    private static readonly LogisticRegression _model = new(Features);

    [Fact]
    public void Clip_AnyModel_KeepsEachPatientsGradientWithinTheBoundAndLeavesSmallOnesAlone()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(1);
        TabularDataset table = Table(Patients);
        foreach (double bound in new[] { 0.01, 0.7, 1, 3, 1000 })
        {
            using var trainer = new PrivateFullBatchTrainer(device, _model, table, new PrivateTrainingOptions(bound, 1, 1, 1, 1), key);
            foreach (float[] weights in new[] { [0, 0, 0, 0, 0, 0, 0], [1, -2, 3, -4, 5, -6, 7], Filled(float.NaN), Filled(float.PositiveInfinity), Filled(1e30f) })
            {
                using DeviceBuffer<float> model = device.Upload<float>(weights);
                float[] residuals = trainer.ClippedResiduals(model);
                for (int r = 0; r < Patients; r++)
                {
                    float residual = residuals[r];
                    // The gradient as the device adds it: each product rounded to float32.
                    float[] gradient = [.. table.Row(r).ToArray().Append(1f).Select(x => residual * x)];
                    Assert.True(Math.Sqrt(gradient.Sum(g => (double)g * g)) <= bound, $"C = {bound}, patient {r}");
                    double unclipped = 1 / (1 + Math.Exp(-Margin(table, r, weights))) - table.Labels[r];
                    double norm = Math.Sqrt(table.Row(r).ToArray().Sum(x => (double)x * x) + 1);
                    if (double.IsFinite(unclipped) && Math.Abs(weights[0]) < 10)
                    {
                        double expected = unclipped * Math.Min(1, bound / (Math.Abs(unclipped) * norm));
                        Assert.Equal(expected, residual, 2e-6 * Math.Max(1, Math.Abs(expected)));
                    }
                }
            }
        }
    }

    [Fact]
    public void Train_WithLedger_PaysForARoundBeforeItsFirstStepAndStopsWhereTheBudgetDoes()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(3);
        using var folder = new LedgerFolder();
        // Two rounds of two steps with z = 4 cost 1.99309 of 2.
        using PrivacyLedger ledger = folder.Create();
        TabularDataset table = Table(Patients);
        using var trainer = new PrivateFullBatchTrainer(device, _model, table, new PrivateTrainingOptions(1, 4, 1, 2, 100) { Ledger = ledger }, key);
        using DeviceBuffer<float> zero = device.Upload<float>(new float[Features + 1]);
        trainer.Train(zero).Dispose();
        trainer.Train(zero).Dispose();
        PrivacyEvent? before = trainer.Released;
        Assert.Contains("Left: 0", Assert.Throws<PrivacyBudgetException>(() => trainer.Train(zero)).Message, StringComparison.Ordinal);
        Assert.Equal(before, trainer.Released);
        Assert.Equal(["steps 1 to 2", "steps 3 to 4"], ledger.Report().Entries.Select(e => e.Purpose));

        var options = new DpSgdOptions(1, [1, 1], 1, 1) { Ledger = ledger };
        RecordGroups rows = RecordGroups.For(table, PrivacyUnit.Example);
        var network = new DensePerceptron([Features, 1]);
        Assert.Contains("Patient", Assert.Throws<ArgumentException>(
            () => new DpSgdTrainer(device, network, table, rows, new PoissonBatches(rows.Count, 0.5, key), options, key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_NoiseOnly_HasTheDeclaredDeviationAndNeverRepeats()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(2);
        // With n patients, rate n and one step the update is the noisy sum itself, but for the clipped signal of norm ≤ n·C.
        const double Bound = 1e-6, Multiplier = 1e6;
        var options = new PrivateTrainingOptions(Bound, Multiplier, Patients, 1, 2000);
        using var trainer = new PrivateFullBatchTrainer(device, _model, Table(Patients), options, key);
        using DeviceBuffer<float> zero = device.Allocate<float>(Features + 1);
        var drawn = new List<float>();
        for (int i = 0; i < 2000; i++)
        {
            using ModelUpdate update = trainer.Train(zero);
            drawn.AddRange(update.Values.ToArray());
        }

        double deviation = Math.Sqrt(drawn.Average(x => (double)x * x));
        // 14 000 draws: the deviation is known to 0.6 %, and 4 of those are allowed.
        Assert.InRange(deviation, 0.976, 1.024);
        Assert.InRange(drawn.Average(), -0.034, 0.034);
        Assert.True(drawn.Distinct().Count() > 13_900);
    }

    [Fact]
    public void Train_BeyondThePlan_IsRefusedAndAccountedExactly()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(3);
        double z = AnalyticGaussian.NoiseMultiplier(2, 1e-5) * Math.Sqrt(6);
        using var trainer = new PrivateFullBatchTrainer(device, _model, Table(Patients), new PrivateTrainingOptions(1, z, 0.1, 2, 6), key);
        using DeviceBuffer<float> zero = device.Allocate<float>(Features + 1);
        Assert.Null(trainer.Released);
        for (int round = 1; round <= 3; round++)
        {
            trainer.Train(zero).Dispose();
            Assert.Equal(new GaussianEvent(z, NeighbouringRelation.AddOrRemoveOne).Compose(2 * round), trainer.Released);
        }

        Assert.Equal(2, PrivacyAccountant.Epsilon(trainer.Released!, 1e-5).Upper, 1e-8);
        Assert.Contains("6 of 6", Assert.Throws<PrivacyBudgetException>(() => trainer.Train(zero)).Message, StringComparison.Ordinal);
        Assert.Equal(2, PrivacyAccountant.Epsilon(trainer.Released!, 1e-5).Upper, 1e-8);
    }

    [Fact]
    public void Train_SameKey_GivesTheSameBitsOnEveryDevice()
    {
        float[]? first = null;
        foreach (Device device in TestDevices.OpenAll())
        {
            using (device)
            {
                using SecretKey256 key = Key(4);
                using var trainer = new PrivateFullBatchTrainer(device, _model, Table(Patients), new PrivateTrainingOptions(1, 2, 0.5, 5, 5), key);
                using DeviceBuffer<float> zero = device.Allocate<float>(Features + 1);
                using ModelUpdate update = trainer.Train(zero);
                Assert.Equal(first ??= update.Values.ToArray(), update.Values.ToArray());
            }
        }
    }

    [Fact]
    public void Create_PatientWithTwoRowsOrBadOption_IsRefused()
    {
        using var device = new CpuDevice();
        using SecretKey256 key = Key(5);
        TabularDataset table = Table(Patients), twice = TabularDataset.Concat([table, table]);
        var good = new PrivateTrainingOptions(1, 1, 1, 1, 1);
        Assert.Throws<ArgumentException>(() => new PrivateFullBatchTrainer(device, _model, twice, good, key));
        foreach (PrivateTrainingOptions bad in new[]
        {
            good with { ClippingBound = 0 }, good with { NoiseMultiplier = 0 }, good with { NoiseMultiplier = double.NaN },
            good with { LearningRate = -1 }, good with { StepsPerRound = 0 }, good with { StepsPerRound = 2 },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new PrivateFullBatchTrainer(device, _model, table, bad, key));
        }
    }

    private static SecretKey256 Key(byte first) => SecretKey256.Import([first, .. new byte[31]]);

    private static float[] Filled(float value) => [.. Enumerable.Repeat(value, Features + 1)];

    private static double Margin(TabularDataset table, int row, float[] weights) =>
        table.Row(row).ToArray().Append(1f).Select((x, c) => (double)x * weights[c]).Sum();

    private static TabularDataset Table(int rows) => new(
        [.. Enumerable.Range(0, Features).Select(c => $"x{c}")],
        [.. Enumerable.Range(0, rows * Features).Select(i => MathF.Sin(i * 0.9f) * (1 + (i % 7)))],
        [.. Enumerable.Range(0, rows).Select(r => r % 2 == 0 ? 1f : 0f)],
        [.. Enumerable.Range(0, rows)]);
}
