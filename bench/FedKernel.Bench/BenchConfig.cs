// SPDX-License-Identifier: Apache-2.0
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace FedKernel.Bench;

/// <summary>What all benchmarks show: median, GB/s, share of the limit, allocations.</summary>
internal static class BenchConfig
{
    /// <remarks>
    /// In this process, because a generated project would take its packages past the locks of the repository; launches apart are
    /// what <c>fedkernel bench</c> has.
    /// </remarks>
    public static IConfig Create(Job? job = null, ILogger? logger = null) => ManualConfig.CreateEmpty()
        .AddJob((job ?? Job.Default.WithWarmupCount(5).WithIterationCount(25)).WithToolchain(InProcessNoEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumn(TargetMethodColumn.Type, TargetMethodColumn.Method, StatisticColumn.Median, StatisticColumn.Min)
        .AddColumn(new GigabytesColumn(), new ShareOfLimitColumn())
        .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Metrics)
        .AddExporter(MarkdownExporter.GitHub)
        .AddLogger(logger ?? ConsoleLogger.Default);
}
