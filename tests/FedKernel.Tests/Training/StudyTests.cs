// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Solvers;
using FedKernel.Training.Studies;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class StudyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Noise that repeats, so that a test cannot fail once in a while.</summary>
    private static StudyOptions Repeatable(ulong seed)
    {
        byte next = 0;
        return new StudyOptions { Seed = new SimulationSeed(seed), CreateKey = () => SecretKey256.Import([++next, (byte)(seed + 1), .. new byte[30]]) };
    }

    [Fact]
    public void BreastCancer_FiveSeeds_FederationReachesPooledAndBeatsLocalModels()
    {
        using var device = new CpuDevice();
        TabularDataset table = BreastCancerTable.Read();
        StudyReport[] reports = [.. Enumerable.Range(0, 5).Select(s => BreastCancerStudy.Run(device, table, Repeatable((ulong)s), cancellation: Cancellation))];
        double Mean(TrainingMode mode, bool isPrivate) => reports.Average(r => r.Method(mode, isPrivate).EveryoneAccuracy);
        Assert.InRange(Mean(TrainingMode.Federated, false), 0.94, 1);
        Assert.InRange(Mean(TrainingMode.Federated, false) - Mean(TrainingMode.Pooled, false), -0.02, 0.02);
        Assert.True(Mean(TrainingMode.Federated, false) > Mean(TrainingMode.LocalOnly, false) + 0.02);
        Assert.InRange(Mean(TrainingMode.Federated, true), 0.90, 1);
        Assert.True(Mean(TrainingMode.Federated, true) > Mean(TrainingMode.LocalOnly, true) + 0.05);
    }

    [Fact]
    public void BreastCancer_SameSeedAndKeys_RepeatsBitForBitAndAccountsForEveryRound()
    {
        using var device = new CpuDevice();
        TabularDataset table = BreastCancerTable.Read();
        var told = new List<StudyProgress>();
        StudyReport first = BreastCancerStudy.Run(device, table, Repeatable(0), new Collector(told), Cancellation);
        StudyReport second = BreastCancerStudy.Run(device, table, Repeatable(0), cancellation: Cancellation);
        Assert.Equal(first.Model, second.Model);
        Assert.Equal(first.PrivateModel, second.PrivateModel);
        Assert.NotEqual(first.PrivateModel, BreastCancerStudy.Run(device, table, new StudyOptions(), cancellation: Cancellation).PrivateModel);

        MethodReport federated = first.Method(TrainingMode.Federated, isPrivate: true);
        Assert.Equal(federated.Privacy!.Epsilon, federated.History[^1].Epsilon!.Value.Upper, 1e-6);
        Assert.True(federated.History.Zip(federated.History.Skip(1)).All(p => p.First.Epsilon!.Value.Upper < p.Second.Epsilon!.Value.Upper));
        Assert.All(first.Method(TrainingMode.Federated, isPrivate: false).History, r => Assert.Null(r.Epsilon));
        Assert.Equal(1, told[^1].Fraction, 1e-12);
        Assert.True(told.Zip(told.Skip(1)).All(p => p.First.Fraction < p.Second.Fraction));
        Assert.Equal(569, first.Hospitals.Sum(h => h.TrainCount + h.TestCount));
        Assert.Equal(24, first.Measures.Count);
        Assert.Equal(first.Measures.Count, first.Measures.Select(m => m.Name).Distinct().Count());
    }

    /// <summary>Every way to train privately, on one table: accounted, within the budget, and not much worse than the usual one.</summary>
    [Theory]
    [InlineData(PrivateTrainingMode.FullBatch, GradientClipping.AutoS, NoiseShape.Linear, PrivacyUnit.Example)]
    [InlineData(PrivateTrainingMode.FullBatch, GradientClipping.Flat, NoiseShape.Exponential, PrivacyUnit.Patient)]
    [InlineData(PrivateTrainingMode.Sgd, GradientClipping.Flat, NoiseShape.Constant, PrivacyUnit.Patient)]
    public void BreastCancer_OtherPrivateTraining_StaysWithinTheBudget(
        PrivateTrainingMode mode, GradientClipping clipping, NoiseShape shape, PrivacyUnit unit)
    {
        using var device = new CpuDevice();
        StudyOptions options = Repeatable(0) with
        {
            PrivateTraining = mode,
            Clipping = clipping,
            NoiseShape = shape,
            Unit = unit,
            SamplingProbability = 0.5,
            Epsilon = 5,
        };
        StudyReport report = BreastCancerStudy.Run(device, BreastCancerTable.Read(), options, cancellation: Cancellation);
        MethodReport federated = report.Method(TrainingMode.Federated, true);
        PrivacyStatement privacy = federated.Privacy!;
        Assert.InRange(privacy.Accounted.Upper, 4.9, 5 * (1 + 1e-9));
        Assert.InRange(privacy.Accounted.Lower, 0, privacy.Accounted.Upper);
        Assert.Equal(privacy.Accounted.Upper, federated.History[^1].Epsilon!.Value.Upper, 1e-6);
        Assert.InRange(federated.EveryoneAccuracy, 0.85, 1);
        Assert.Equal(unit, privacy.Unit);
        Assert.Contains(unit == PrivacyUnit.Patient ? "each patient" : "each row", privacy.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BreastCancer_NoiseMultiplierOrNone_SaysWhatItCostsOrNothing()
    {
        using var device = new CpuDevice();
        TabularDataset table = BreastCancerTable.Read();
        StudyReport noised = BreastCancerStudy.Run(device, table, Repeatable(0) with { NoiseMultiplier = 20 }, cancellation: Cancellation);
        // 80 steps with z = 20 are one with 20/√80.
        Assert.Equal(
            AnalyticGaussian.Epsilon(20 / Math.Sqrt(80), 1e-4), noised.Method(TrainingMode.Federated, true).Privacy!.Epsilon, 1e-9);
        StudyReport open = BreastCancerStudy.Run(
            device, table, Repeatable(0) with { PrivateTraining = PrivateTrainingMode.None }, cancellation: Cancellation);
        Assert.False(open.IsPrivate);
        Assert.Null(open.PrivateModel);
        Assert.Equal(noised.Model, open.Model);
    }

    [Theory]
    [InlineData(3, 0.01)]
    [InlineData(3, 0)]
    [InlineData(0, 1e-5)]
    [InlineData(double.NaN, 1e-5)]
    public void Run_MeaninglessPrivacy_IsRefused(double epsilon, double delta)
    {
        using var device = new CpuDevice();
        var options = new StudyOptions { Epsilon = epsilon, Delta = delta };
        Assert.Throws<ArgumentOutOfRangeException>(() => BreastCancerStudy.Run(device, BreastCancerTable.Read(), options, cancellation: Cancellation));
    }

    [Fact]
    public void HeartDisease_OwnProtocol_FederationBeatsLocalModels()
    {
        using var device = new CpuDevice();
        StudyReport report = HeartDiseaseStudy.Run(device, HeartDiseaseData.Load(HeartData.Directory), Repeatable(0), cancellation: Cancellation);
        Assert.InRange(report.Method(TrainingMode.Federated, false).MeanAccuracy, 0.78, 0.86);
        Assert.InRange(report.Method(TrainingMode.Federated, true).MeanAccuracy, 0.76, 0.86);
        Assert.True(report.Method(TrainingMode.Federated, false).EveryoneAccuracy > report.Method(TrainingMode.LocalOnly, false).EveryoneAccuracy + 0.05);
    }

    /// <summary>Published: FLamby's results, five seeds; see the file beside the known answers of the trace.</summary>
    [Fact]
    public void Flamby_FiveSeeds_LandWithinOnePublishedDeviation()
    {
        using var device = new CpuDevice();
        FlambyReport report = new FlambyHeartProtocol(device, HeartDiseaseData.Load(HeartData.Directory)).Run(new SimulationSeed(0), 5, cancellation: Cancellation);
        Dictionary<string, double> found = report.Measures.ToDictionary(m => m.Name, m => m.Value);
        Assert.Equal(0.6850, found["heart.fedavg.accuracy_mean_of_centres"], 0.0253);
        Assert.Equal(0.7480, found["heart.fedavg.accuracy_pooled_test"], 0.0240);
        Assert.Equal(0.7353, found["heart.pooled.accuracy_mean_of_centres"], 0.01);
        Assert.Equal(0.7953, found["heart.pooled.accuracy_pooled_test"], 0.01);
    }

    /// <summary>Five seeds may land by luck. Sixty say whether the distribution is the published one: its mean within two standard errors.</summary>
    [Fact]
    public void Flamby_SixtySeeds_HaveThePublishedDistribution()
    {
        using var device = new CpuDevice();
        FlambyReport report = new FlambyHeartProtocol(device, HeartDiseaseData.Load(HeartData.Directory)).Run(new SimulationSeed(1000), 60, cancellation: Cancellation);
        AssertSamePopulation(0.6850, 5, [.. report.Seeds.Select(s => s.FedAvg.MeanOfCentres)]);
        AssertSamePopulation(0.7480, 5, [.. report.Seeds.Select(s => s.FedAvg.PooledTest.Accuracy)]);
        AssertSamePopulation(0.7221, 5, [.. report.Seeds.Select(s => s.Local[0].MeanOfCentres)]);
        AssertSamePopulation(0.6287, 5, [.. report.Seeds.Select(s => s.Local[1].MeanOfCentres)]);
        AssertSamePopulation(0.5670, 5, [.. report.Seeds.Select(s => s.Local[2].MeanOfCentres)]);
        AssertSamePopulation(0.6366, 5, [.. report.Seeds.Select(s => s.Local[3].MeanOfCentres)]);

        static void AssertSamePopulation(double published, int publishedCount, double[] ours)
        {
            double mean = ours.Average(), deviation = Math.Sqrt(ours.Average(x => (x - mean) * (x - mean)));
            double error = deviation * Math.Sqrt((1.0 / publishedCount) + (1.0 / ours.Length));
            Assert.True(Math.Abs(published - mean) <= 2 * error, $"published {published}, ours {mean} ± {error}");
        }
    }

    private sealed class Collector(List<StudyProgress> told) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => told.Add(value);
    }
}
