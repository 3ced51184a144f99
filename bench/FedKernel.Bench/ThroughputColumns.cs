// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FedKernel.Instruments.Benchmarks.Limits;

namespace FedKernel.Bench;

/// <summary>What a benchmark must touch for an element, and whose limit that is.</summary>
/// <param name="bytesPerElement">Bytes.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TrafficAttribute(double bytesPerElement) : Attribute
{
    public double BytesPerElement { get; } = bytesPerElement;

    /// <summary>The traffic that limits it.</summary>
    public Traffic Of { get; init; } = Traffic.Read;

    /// <summary>False where arithmetic limits it.</summary>
    public bool HasLimit { get; init; } = true;
}

/// <summary>A column that is computed from the median and the bytes of the class.</summary>
internal abstract class ThroughputColumn(string name, string legend) : IColumn
{
    public string Id => GetType().Name;

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var traffic = (TrafficAttribute?)Attribute.GetCustomAttribute(benchmarkCase.Descriptor.Type, typeof(TrafficAttribute));
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median;
        if (traffic is null || nanoseconds is not { } median)
        {
            return "-";
        }

        double elements = Convert.ToDouble(benchmarkCase.Parameters[nameof(CaseBench.Elements)], CultureInfo.InvariantCulture);
        return Format(traffic, traffic.BytesPerElement * elements / median);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    /// <param name="traffic">What the class says.</param>
    /// <param name="gigabytes">Reached, in GB/s: bytes a nanosecond.</param>
    protected abstract string Format(TrafficAttribute traffic, double gigabytes);
}

/// <summary>GB/s in the median.</summary>
internal sealed class GigabytesColumn() : ThroughputColumn("GB/s", "Bytes that the kernel must touch over the median")
{
    protected override string Format(TrafficAttribute traffic, double gigabytes) =>
        gigabytes.ToString("f1", CultureInfo.InvariantCulture);
}

/// <summary>Share of what C loops reach with the same kind of traffic in this process.</summary>
internal sealed class ShareOfLimitColumn() : ThroughputColumn("Share of limit", "GB/s over the limit of the machine, measured at the start")
{
    protected override string Format(TrafficAttribute traffic, double gigabytes)
    {
        double share = gigabytes * 1e9 / MeasuredLimits.For(traffic.Of);
        return !traffic.HasLimit || double.IsNaN(share) ? "-" : share.ToString("p0", CultureInfo.InvariantCulture);
    }
}
