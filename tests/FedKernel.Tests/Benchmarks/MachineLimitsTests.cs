// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Timing;
using Xunit;

namespace FedKernel.Tests.Benchmarks;

public sealed unsafe class MachineLimitsTests
{
    private static readonly TimingOptions _short = new() { Looks = [6], WarmUpSeconds = 0.01, SampleSeconds = 1e-5 };

    [Fact]
    public void Open_NoCompiler_HasMemcpyAndSaysSo()
    {
        using LimitLibrary library = LimitLibrary.Open(2, compiler: "no-such-compiler");
        Assert.Equal("limit: memcpy only, no C compiler", library.Note);
        using var rows = new HostMemory(2, 4096);
        using var target = new HostMemory(1, 4096);
        *(float*)rows.Row(0) = 7;
        using var limits = new MachineLimits(library, rows, target);
        string name = Assert.Single(limits.Measure(_short)).Key;
        Assert.Equal("limit.memcpy.1t", name);
        Assert.Equal(7, *(float*)target.Row(0));
        Assert.Same(limits.Cases[0], Assert.Single(limits.For(Traffic.InPlace)));
    }

    [Fact]
    public void Open_CompilerThatFails_SaysWhatItSaid()
    {
        using LimitLibrary library = LimitLibrary.Open(2, compiler: "false");
        Assert.StartsWith("limit: memcpy only, the C compiler refused", library.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_EveryLoop_DoesItsWork(bool all)
    {
        using LimitLibrary library = LimitLibrary.Open(2);
        Assert.SkipWhen(!library.IsCompiled, library.Note);
        const int n = 8192;
        using var rows = new HostMemory(16, n * sizeof(float));
        using var target = new HostMemory(1, n * sizeof(float));
        float** pointers = stackalloc float*[16];
        float* weights = stackalloc float[16];
        for (int r = 0; r < 16; r++)
        {
            pointers[r] = (float*)rows.Row(r);
            weights[r] = r;
            new Span<float>(pointers[r], n).Fill(r + 1);
        }

        var d = (float*)target.Row(0);
        Run(LimitLoop.CopyMemcpy);
        Assert.True(All(1));
        Run(LimitLoop.ScaleInPlace, 3);
        Assert.True(All(3));
        Run(LimitLoop.CopyStreaming);
        Assert.True(All(1));
        Run(LimitLoop.FillStreaming, 5);
        Assert.True(All(5));
        Run(LimitLoop.AddRowsStreaming);
        Assert.True(All(136));
        Run(LimitLoop.WeightedSumRowByRow);
        Assert.True(All(1360));
        Run(LimitLoop.FillStreaming, 5);
        Run(LimitLoop.WeightedSumOnePass);
        Assert.True(All(1360));
        Assert.Equal(n, Run(LimitLoop.SquaredNormNaive));
        Assert.Equal(n, Run(LimitLoop.SquaredNormColumns));
        Run(LimitLoop.FillStreaming, 0);
        Run(LimitLoop.GaussianNoiseLibm, 2);
        Assert.Equal(0, new Span<float>(d, n).ToArray().Average(), 0.2f);
        Assert.Equal(4, new Span<float>(d, n).ToArray().Select(x => x * x).Average(), 0.4f);
        Run(LimitLoop.QuantizeStochastic);
        Assert.InRange(((sbyte*)d)[n - 1], 126, 127);

        double Run(LimitLoop loop, float factor = 1) => library.Run(loop, all, pointers, weights, 16, d, n, factor);

        bool All(float value) => !new Span<float>(d, n).ContainsAnyExcept(value);
    }

    [Fact]
    public void Measure_AllLoops_HaveNumbers()
    {
        using LimitLibrary library = LimitLibrary.Open(2);
        Assert.SkipWhen(!library.IsCompiled, library.Note);
        using var rows = new HostMemory(16, 1 << 16);
        using var target = new HostMemory(1, 1 << 16);
        using var limits = new MachineLimits(library, rows, target);
        IReadOnlyDictionary<string, double> bytes = limits.Measure(_short);
        Assert.Equal(12, bytes.Count);
        Assert.All(bytes.Values, b => Assert.InRange(b, 1e6, 1e14));
        Assert.Equal(["limit.read.1t", "limit.read.2t", "limit.rows.1t", "limit.rows.2t"], limits.For(Traffic.Rows).Select(c => c.Name));
    }

    [Fact]
    public void HostMemory_Rows_AreAlignedAndSkewed()
    {
        using var memory = new HostMemory(3, 5000);
        for (int r = 0; r < 3; r++)
        {
            Assert.Equal(0, (long)memory.Row(r) % 64);
            Assert.Equal(r * 1088L, (long)memory.Row(r) % (2 << 20));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => (nint)memory.Row(3));
    }
}

/// <summary>Apart: other tests compile into folders of the same kind.</summary>
[Collection("working directory")]
public sealed class LimitFolderTests
{
    [Fact]
    public void Open_Compiler_LeavesNoFiles()
    {
        string[] before = Folders();
        LimitLibrary.Open(1).Dispose();
        Assert.Equal(before, Folders());

        static string[] Folders() => [.. Directory.EnumerateDirectories(Path.GetTempPath(), "fedkernel-limits-*").Order()];
    }
}
