// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Bench;
using FedKernel.Bench.Compare;
using FedKernel.Instruments.Verbs;
using Xunit;

namespace FedKernel.Tests.Benchmarks;

/// <summary>The benchmarks of <c>bench/</c> work and check their results; how fast is no business of a test.</summary>
public sealed class CompareTests : IDisposable
{
    /// <summary>As the README has it.</summary>
    public const string Command =
        "dotnet run --project bench/FedKernel.Bench.Compare -c Release -- --json compare.json --markdown compare.md";

    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel").FullName;

    public static TheoryData<Type> Benches =>
        [.. typeof(CaseBench).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(CaseBench)) && !t.IsAbstract)];

    [Fact]
    public void Compare_Tiny_HasEveryPeerWithRightResults()
    {
        string json = Path.Combine(_folder, "compare.json"), markdown = Path.Combine(_folder, "compare.md");
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = new VerbApp("", new CompareCommand()).Run(
            [
                "compare", .. Command[(Command.IndexOf("-- ", StringComparison.Ordinal) + 3)..].Split(' ')
                    .Select(a => a.Contains('.', StringComparison.Ordinal) ? Path.Combine(_folder, a) : a),
                "--device", "cpu", "--elements", "4096",
            ],
            output, error);
        Assert.True(code == 0, error.ToString() + output);
        string text = File.ReadAllText(markdown);
        Assert.DoesNotContain("result is off", text, StringComparison.Ordinal);
        Assert.Contains(ComparisonText.Begin, text, StringComparison.Ordinal);
        Assert.SkipWhen(
            text.Contains("NumPy: not installed", StringComparison.Ordinal), "Python with NumPy is not installed (Debian: python3-numpy).");
        Assert.Contains("| weighted sum of 16, float32 | numpy flower |", text, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(json));
        string[] names = [.. document.RootElement.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("name").GetString()!)];
        string[] expected =
        [
            "weighted_sum_16.over.numpy_flower", "weighted_sum_16.over.numpy_loop", "weighted_sum_16.over.numpy_matmul",
            "clip_weighted_sum_16.over.numpy_loop", "exact_mean_16.over.numpy_float64", "squared_l2_norm.over.numpy",
            "clip_scale.over.numpy", "norm_clip_scale.over.numpy", "gaussian_noise_philox.over.numpy_normal",
            "gaussian_noise_chacha20.over.numpy_generator", "int8_stochastic.over.numpy", "mean_of_npy_16.over.numpy_flower",
            "discrete_gaussian_8.over.numpy_table", "discrete_gaussian_1000.over.numpy_rejection",
            "clip_round_discrete_gaussian_8.over.numpy_table", "empty_dispatch_2t.over.parallel_for",
        ];
        Assert.All(expected, name => Assert.Contains($"bench.cpu.{name}", names));
        Assert.Contains(
            text.Contains("dp_accounting not importable (", StringComparison.Ordinal)
                ? "| bracket of ε, 1000 sampled Gaussian steps | – |"
                : "| bracket of ε, 1000 sampled Gaussian steps | dp accounting |",
            text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--elements 5000")]
    [InlineData("--elements 0")]
    [InlineData("--launches 10 --elements 4096")]
    [InlineData("--filter nothing_like_it --elements 4096")]
    public void Compare_WrongArguments_OneLineAndCodeTwo(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, new VerbApp("", new CompareCommand()).Run(["compare", .. line.Split(' ')], output, error));
        Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [MemberData(nameof(Benches))]
    public void Bench_EveryMethod_GivesRightResults(Type type)
    {
        using var bench = (CaseBench)Activator.CreateInstance(type)!;
        bench.Elements = 4096;
        bench.Setup();
        Assert.SkipWhen(!bench.HasPeers, "The peers need a C compiler (Debian: gcc).");
        foreach (System.Reflection.MethodInfo method in type.GetMethods()
            .Where(m => m.IsDefined(typeof(BenchmarkDotNet.Attributes.BenchmarkAttribute), inherit: true)))
        {
            (bench as InPlaceCaseBench)?.BeforeEach();
            method.Invoke(bench, null);
            bench.Check();
        }
    }

    [Fact]
    public void BenchmarkDotNet_Report_HasThroughputAndShare()
    {
        MeasuredLimits.Measure(1 << 16);
        BenchmarkDotNet.Reports.Summary summary = BenchmarkDotNet.Running.BenchmarkRunner.Run<SquaredL2NormBench>(
            ((BenchmarkDotNet.Configs.ManualConfig)BenchConfig.Create(
                BenchmarkDotNet.Jobs.Job.Dry, BenchmarkDotNet.Loggers.NullLogger.Instance)).WithArtifactsPath(_folder));
        int share = Array.FindIndex(summary.Table.FullHeader, h => h == "Share of limit");
        int rate = Array.FindIndex(summary.Table.FullHeader, h => h == "GB/s");
        Assert.NotEmpty(summary.Table.FullContent);
        Assert.All(summary.Table.FullContent, row => Assert.True(double.Parse(row[rate], System.Globalization.CultureInfo.InvariantCulture) > 0));
        Assert.All(summary.Table.FullContent, row => Assert.EndsWith("%", row[share], StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
