// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Tests.Contracts;
using Xunit;

namespace FedKernel.Tests.Benchmarks;

/// <summary>The verb at sizes that fit the cache: that it works and checks, never how fast.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel").FullName;

    public static TheoryData<string> CaseNames => [.. BenchCases.All.Select(c => c.Name)];

    public static TheoryData<string> Devices =>
        [.. TestDevices.Usable.Select(TestDevices.Name).Where(n => !n.Contains(", 1 thread", StringComparison.Ordinal))];

    [Theory]
    [InlineData("bench --elements 100", "'100'")]
    [InlineData("bench --elements 4097", "'4097'")]
    [InlineData("bench --elements many", "'many'")]
    [InlineData("bench --filter nothing_like_it --elements 4096 --quick", "weighted_sum_16")]
    [InlineData("bench --filter", "--filter")]
    [InlineData("bench --only poetry --elements 4096 --quick", "'poetry'")]
    [InlineData("bench --only privacy --filter weighted_sum --elements 4096 --quick", "chacha20_key_stream")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string named)
    {
        (int code, string output, string error) = Run(line);
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Quick_WritesEveryRowUnderItsName()
    {
        string path = Path.Combine(_folder, "bench.json");
        (int code, string output, string error) = Run($"bench --quick --device cpu --elements 8192 --json {path} --strict");
        Assert.True(code == 0, error + output);
        Assert.Contains("Everything fits the cache", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONG", output, StringComparison.Ordinal);
        Assert.DoesNotContain("result is off", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement[] results = [.. json.RootElement.GetProperty("results").EnumerateArray()];
        Dictionary<string, JsonElement> byName = results.ToDictionary(r => r.GetProperty("name").GetString()!);
        Assert.All(byName.Keys, n => Assert.StartsWith("bench.cpu.", n, StringComparison.Ordinal));
        foreach ((string name, _) in BenchCases.All)
        {
            Assert.True(byName["bench.cpu." + name + ".seconds"].GetProperty("value").GetDouble() > 0, name);
        }

        // A bar of the issue: there with its number and direction, and not judged at this size.
        JsonElement share = byName["bench.cpu.exact_mean_16.time_over.weighted_sum_16"];
        Assert.Equal((1.5, "lower"), (share.GetProperty("reach").GetDouble(), share.GetProperty("better").GetString()));
        Assert.False(share.TryGetProperty("pass", out _));
        Assert.True(byName["bench.cpu.squared_l2_norm.relative_error"].GetProperty("pass").GetBoolean());
    }

    [Fact]
    public void Run_OnlyCompression_HasItsRowsAndNoOthers()
    {
        string path = Path.Combine(_folder, "compression.json");
        (int code, string output, string error) = Run($"bench --only compression --quick --device cpu --elements 8192 --json {path}");
        Assert.True(code == 0, error + output);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        string[] timed =
        [
            .. json.RootElement.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("name").GetString()!)
                .Where(n => n.EndsWith(".seconds", StringComparison.Ordinal)).Select(n => n.Split('.')[2]),
        ];
        Assert.Equal(CompressionCases.All.Select(c => c.Name), timed);
    }

    [Fact]
    public void Groups_HaveEveryCaseOnce()
    {
        Assert.Equal(BenchCases.All.Count, BenchCases.All.Select(c => c.Name).Distinct().Count());
        Assert.Equal(BenchCases.All.Select(c => c.Name).Order(), BenchCases.Groups.SelectMany(g => BenchCases.NamesOf(g.Name)).Order());
    }

    [Fact]
    public void Run_NotQuick_HasThreeLaunches()
    {
        string raw = Path.Combine(_folder, "raw");
        (int code, string output, string error) = Run($"bench --device cpu:scalar --elements 4096 --filter clip_scale --raw {raw}");
        Assert.True(code == 0, error + output);
        Assert.Contains("Launch 3 of 3", output, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(_folder, "raw.*").Length);
        Assert.Equal("cpu:scalar", LaunchData.Read(raw + ".2").DeviceId);
    }

    /// <summary>A kernel that leaves its work undone is found by its check: each case is run on a device that does nothing.</summary>
    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Check_WorkLeftUndone_IsFound(string name)
    {
        using var device = new CpuDevice();
        using var data = new BenchData(device, 8192, library: null);
        BenchCase bench = BenchCases.All.First(c => c.Name == name).Create(data);
        bench.Work.Prepare();
        string? undone = bench.Work.Check();
        bench.Work.Prepare();
        bench.Work.Invoke();
        Assert.Null(bench.Work.Check());

        // An empty dispatch has no result.
        Assert.Equal(name == DispatchCase.Name, undone is null);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Run_EveryDevice_HasALimitAndRightResults(string name)
    {
        using Device device = TestDevices.Usable.Single(c => TestDevices.Name(c) == name).Open();
        var options = new BenchOptions
        {
            Elements = 4096,
            OwnTiming = new TimingOptions { Looks = [6], WarmUpSeconds = 0.001, SampleSeconds = 1e-6 },
            Filter = "weighted_sum_16",
        };
        LaunchData launch = BenchRun.Run(device, options);
        Assert.NotEmpty(launch.Limits);
        Assert.All(launch.Samples, s => Assert.Null(s.Failure));
    }

    [Theory]
    [InlineData(SimdWidth.Bits512, 5.0)]
    [InlineData(SimdWidth.Bits256, 2.0)]
    [InlineData(SimdWidth.Bits128, null)]
    public void ChaCha20_Bar_FollowsTheRegisters(SimdWidth width, double? bar)
    {
        Assert.SkipWhen(!SimdWidths.Available.Contains(width), $"This processor has no {width}.");
        using var device = new CpuDevice(width);
        using var data = new BenchData(device, 4096, library: null);
        Assert.Equal(bar, ChaCha20Case.Create(data).Description.Bars.SingleOrDefault()?.Reach);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string Output, string Error) Run(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = App.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
