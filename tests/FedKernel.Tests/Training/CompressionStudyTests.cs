// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Studies;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class CompressionStudyTests
{
    private const string Pipeline = "ef+topk:0.05+int8:256+rice";

    [Fact]
    public void Run_SyntheticImages_CompressedLearnsWithFarFewerBytes()
    {
        using var device = new CpuDevice();
        CompressionReport report = Run(device, seeds: 2);
        Assert.Equal([CompressionArm.Dense, Pipeline], report.Arms.Select(a => a.Name));
        Assert.All(report.Arms, a => Assert.Equal([7ul, 8ul], a.Runs.Select(r => r.Seed)));
        Assert.All(report.Arms.SelectMany(a => a.Runs), r => Assert.Equal(12, r.Rounds.Count));
        CompressionArm dense = report.Arms[0], small = report.Arms[1];
        // Real messages: at least the values themselves, and not much more.
        Assert.InRange(dense.UplinkBytes, 4 * report.ParameterCount, (4 * report.ParameterCount) + 400);
        Assert.InRange(dense.DownlinkBytes, 4 * report.ParameterCount, (4 * report.ParameterCount) + 800);
        Assert.InRange(report.Ratio(small), 5, 80);
        Assert.Equal(dense.UplinkBytes / small.UplinkBytes, report.Ratio(small));
        Assert.True(dense.Accuracy > 0.8, $"dense {dense.Accuracy}");
        Assert.True(small.Accuracy > 0.7, $"compressed {small.Accuracy}");
        Assert.True(small.Accuracy > small.Runs.Average(r => r.Rounds[0].Accuracy));
        Assert.Equal(12 * small.UplinkBytes, small.Curve[^1].SentBytes, 1e-6);
    }

    [Fact]
    public void Run_AnyWidthAndThreads_GivesTheSameTraining()
    {
        CompressionReport? first = null;
        foreach (Device device in TestDevices.OpenAll().Append(new CpuDevice(threadCount: 3)))
        {
            using (device)
            {
                CompressionReport report = Run(device, seeds: 1);
                first ??= report;
                Assert.Equal(first.Arms.SelectMany(a => a.Runs[0].Rounds), report.Arms.SelectMany(a => a.Runs[0].Rounds));
            }
        }
    }

    [Fact]
    public void Constructor_APipelineTwice_IsRefused()
    {
        using var device = new CpuDevice();
        CompressionPipeline pipeline = CompressionPipeline.Parse("float32");
        Assert.Throws<ArgumentException>(() => new CompressionStudy(device, Synthetic(), new CompressionStudyOptions { Pipelines = [pipeline, pipeline] }));
    }

    /// <summary>The published numbers are those of these settings.</summary>
    [Fact]
    public void Plan_OfBothStudies_IsTheStatedOne()
    {
        var mnist = new ImageStudyPlan(100, 20, 0.5, 0.97) { ClientCount = 10, Concentration = 0.3, HiddenWidth = 64, BatchSize = 32 };
        Hospital data = Synthetic().Data;
        Assert.Equal(mnist, ImageStudy.Mnist(data).Plan);
        Assert.Equal(mnist with { RoundCount = 150, LearningRate = 0.2 }, ImageStudy.Pneumonia(data).Plan);
    }

    [Fact]
    public void Load_Mnist_HasTheStatedSplit()
    {
        Hospital data = MnistData.Load(ImageData.Directory("mnist_t10k"));
        Assert.Equal((8000, 2000, 784), (data.Train.RowCount, data.Test.RowCount, data.Train.FeatureCount));
        Assert.Empty(data.Train.PatientIds.ToArray().Intersect(data.Test.PatientIds.ToArray()));
        // 980 zeros in the files, a fifth of them here.
        Assert.Equal(196, data.Test.Labels.ToArray().Count(y => y == 0));
        Assert.Equal((0f, 1f), (data.Train.Features.ToArray().Min(), data.Train.Features.ToArray().Max()));
        Assert.True(ImageStudy.Mnist(data).Model.Layout.Length >= 50_000);
    }

    [Fact]
    public void Load_Pneumonia_HasTheCountsOfMedMnist()
    {
        string folder = ImageData.Directory("pneumoniamnist");
        Hospital data = PneumoniaMnistData.Load(folder);
        Assert.Equal((4708, 3494), (data.Train.RowCount, data.Train.Labels.ToArray().Count(y => y == 1)));
        Assert.Equal((624, 390), (data.Test.RowCount, data.Test.Labels.ToArray().Count(y => y == 1)));
        Assert.Equal(524, PneumoniaMnistData.LoadValidation(folder).RowCount);
        Assert.True(ImageStudy.Pneumonia(data).Model.Layout.Length >= 50_000);
    }

    [Fact]
    public void Load_MissingOrStrangeFiles_SaysWhereToGetThem()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"fedkernel-images-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            Assert.Contains(MnistData.Source, Assert.Throws<DataFormatException>(() => MnistData.Load(folder)).Message, StringComparison.Ordinal);
            Assert.Contains(PneumoniaMnistData.Source, Assert.Throws<DataFormatException>(() => PneumoniaMnistData.Load(folder)).Message, StringComparison.Ordinal);
            byte[] image = new byte[28 * 28];
            File.WriteAllBytes(Path.Combine(folder, "t10k-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, .. image]);
            string labels = Path.Combine(folder, "t10k-labels-idx1-ubyte");
            File.WriteAllBytes(labels, [0, 0, 8, 1, 0, 0, 0, 2, 1, 1]);
            Assert.Contains("2 labels for 1 images", Assert.Throws<DataFormatException>(() => MnistData.Load(folder)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(labels, [0, 0, 8, 1, 0, 0, 0, 1, 10]);
            Assert.Contains("label 10 of image 0", Assert.Throws<DataFormatException>(() => MnistData.Load(folder)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, "t10k-images-idx3-ubyte"), [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 4, 1, 2, 3, 4]);
            Assert.Contains("1×4", Assert.Throws<DataFormatException>(() => MnistData.Load(folder)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CompressionReport Run(Device device, int seeds) => new CompressionStudy(
        device, Synthetic(),
        new CompressionStudyOptions { Pipelines = [CompressionPipeline.Parse(Pipeline)], Seed = new SimulationSeed(7), SeedCount = seeds }).Run();

    /// <summary>Four classes, each a bump at a place of its own under noise.</summary>
    private static ImageStudy Synthetic()
    {
        var random = new SimulationRandom(new SimulationSeed(1));
        TabularDataset Draw(int rows)
        {
            var features = new float[rows * 64];
            var labels = new float[rows];
            for (int r = 0; r < rows; r++)
            {
                labels[r] = r % 4;
                for (int i = 0; i < 64; i++)
                {
                    features[(r * 64) + i] = (float)((i / 16 == r % 4 ? 0.6 : 0) + (0.8 * random.NextUniform()));
                }
            }

            return new TabularDataset([.. Enumerable.Range(0, 64).Select(i => $"p{i}")], features, labels, [.. Enumerable.Range(0, rows)]);
        }

        var plan = new ImageStudyPlan(RoundCount: 12, UpdatesPerRound: 5, LearningRate: 0.5, RateDecay: 0.95) { ClientCount = 4, HiddenWidth = 20, BatchSize = 8, Concentration = 10 };
        return new ImageStudy("synthetic", "made up here", new Hospital("synthetic", Draw(200), Draw(100)), classCount: 4, plan);
    }
}
