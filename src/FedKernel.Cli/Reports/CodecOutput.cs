// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FedKernel.Cli.Codecs;
using FedKernel.Compression;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>What codecs made of a vector, for people and for <c>--json</c>.</summary>
internal static class CodecOutput
{
    private static readonly string[] _heads =
    [
        "Codec", "Bytes", "Ratio", "Bits/param", "NMSE", "Cosine", "Encode", "GB/s", "Decode", "GB/s", "Unbiased", "ω", "Sums commute",
    ];

    private static readonly JsonSerializerOptions _format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>One codec.</summary>
    public static void Write(VerbContext context, CompressionSubject subject, CodecMeasurement m, byte[] frame, string device)
    {
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(frame.Length - FrameChecksum.Length));
        string digest = Convert.ToHexStringLower(SHA256.HashData(frame));
        IAnsiConsole console = context.Console;
        console.WriteLine(Of($"{subject.Name}: {subject.Layout.Length:N0} float32 values, {subject.Layout}"));
        console.WriteLine($"{m.Codec} on {device}");
        console.WriteLine(Of($"  size      {m.FrameBytes:N0} of {subject.Bytes:N0} bytes, {Ratio(m.Ratio)} times fewer; {m.BitsPerParameter:G4} bits per parameter"));
        console.WriteLine(Of($"  error     normalized mean squared error {Error(m.Error.NormalisedSquared)}, cosine similarity {Cosine(m.Error.Cosine)}"));
        console.WriteLine($"  time      encode {Time(m.EncodeSeconds)} ({Rate(m.EncodeRate)} GB/s), decode {Time(m.DecodeSeconds)} ({Rate(m.DecodeRate)} GB/s), medians, by bytes of float32");
        console.WriteLine($"  promises  {(m.Traits.IsUnbiased ? "unbiased" : "biased")}, ω {Omega(m.Traits)}; sums of codes {(m.Traits.SumsCommute ? "are codes of sums" : "do not commute")}");
        console.WriteLine($"  frame     CRC-32C {checksum:x8}, sha256 {digest}");
        context.Json.Add("compress.frame.bytes", m.FrameBytes, "B");
        context.Json.Add("compress.frame.ratio", m.Ratio, "1");
        context.Json.Add("compress.frame.bits_per_parameter", m.BitsPerParameter, "bit");
        context.Json.AddHash("compress.frame.sha256", digest);
        context.Json.Add("compress.error.nmse", m.Error.NormalisedSquared, "1");
        context.Json.Add("compress.error.cosine", m.Error.Cosine, "1");
        context.Json.Add("compress.encode.seconds", m.EncodeSeconds, "s");
        context.Json.Add("compress.encode.gbps", m.EncodeRate, "GB/s");
        context.Json.Add("compress.decode.seconds", m.DecodeSeconds, "s");
        context.Json.Add("compress.decode.gbps", m.DecodeRate, "GB/s");
        context.Json.AddSection("codec", Section(m), _format);
    }

    /// <summary>All of them, and why some are not there.</summary>
    public static void WriteComparison(
        VerbContext context, CompressionSubject subject, IReadOnlyList<CodecMeasurement> sorted,
        IReadOnlyList<(string Codec, string Reason)> refusals, string device)
    {
        context.Console.WriteLine(Of($"{subject.Name}: {subject.Layout.Length:N0} float32 values, {subject.Layout}, on {device}"));
        Table table = new Table().Border(TableBorder.Rounded).AddColumns(_heads);
        for (int c = 1; c < 10; c++)
        {
            table.Columns[c].RightAligned();
        }

        foreach (CodecMeasurement m in sorted)
        {
            table.AddRow([.. Row(m).Select(c => new Text(c))]);
            context.Json.AddRecord(
                $"compress.{m.Codec}.bits_per_parameter", m.BitsPerParameter, "bit", ("bytes", m.FrameBytes), ("ratio", m.Ratio),
                ("nmse", m.Error.NormalisedSquared), ("cosine", m.Error.Cosine), ("encode_seconds", m.EncodeSeconds), ("encode_gbps", m.EncodeRate),
                ("decode_seconds", m.DecodeSeconds), ("decode_gbps", m.DecodeRate));
        }

        context.Json.AddSection("codecs", sorted.Select(Section), _format);
        context.Console.Write(table);
        foreach ((string codec, string reason) in refusals)
        {
            context.Console.WriteLine($"{codec}: not here, {reason}");
        }
    }

    /// <summary>The table in Markdown.</summary>
    public static string Markdown(
        CompressionSubject subject, IReadOnlyList<CodecMeasurement> sorted, IReadOnlyList<(string Codec, string Reason)> refusals, DeviceInfo device,
        bool hasPlot)
    {
        var text = new StringBuilder(Of($"# {subject.Name}\n\n{subject.Layout.Length:N0} float32 values, {subject.Layout}. {device.Id}: {device.Name}.\n\n"));
        MarkdownTable.Append(text, [_heads, .. sorted.Select(Row)]);
        text.Append("\nBytes are those of the whole frame; GB/s count the bytes of float32. ω bounds E‖C(x) − x‖² by ω‖x‖².\n");
        foreach ((string codec, string reason) in refusals)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{codec}: not here, {reason}\n");
        }

        return text.Append(hasPlot ? "\n![Error over bits per parameter](plot.svg)\n" : "").ToString();
    }

    /// <summary>The stages that a pipeline is made of.</summary>
    public static void WriteList(VerbContext context)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("Stage", "Written", "Example", "Unbiased", "Sums commute", "What it does");
        foreach (CodecEntry entry in CodecCatalog.Stages)
        {
            StageTraits traits = CompressionPipeline.Parse(entry.Example).Describe(Updates.ParameterLayout.Flat(1 << 20));
            table.AddRow(
                new Text(entry.Word), new Text(entry.Usage), new Text(entry.Example), new Text(YesNo(traits.IsUnbiased)),
                new Text(YesNo(traits.SumsCommute)), new Text(entry.Description));
        }

        context.Console.Write(table);
        context.Console.WriteLine("Stages stand in this order, joined by '+': ef + topk:0.01 + int8:256 + rice. Each at most once, none is needed.");
        context.Json.AddSection("stages", CodecCatalog.Stages, _format);
    }

    private static object Section(CodecMeasurement m) => new
    {
        m.Codec,
        m.FrameBytes,
        m.BitsPerParameter,
        m.Traits.IsUnbiased,
        VarianceBound = double.IsFinite(m.Traits.VarianceBound) ? m.Traits.VarianceBound : (double?)null,
        m.Traits.SumsCommute,
    };

    private static string[] Row(CodecMeasurement m) =>
    [
        m.Codec, Of($"{m.FrameBytes:N0}"), Ratio(m.Ratio), m.BitsPerParameter.ToString("G4", CultureInfo.InvariantCulture), Error(m.Error.NormalisedSquared),
        Cosine(m.Error.Cosine), Time(m.EncodeSeconds), Rate(m.EncodeRate), Time(m.DecodeSeconds), Rate(m.DecodeRate), YesNo(m.Traits.IsUnbiased),
        Omega(m.Traits), YesNo(m.Traits.SumsCommute),
    ];

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Omega(StageTraits traits) =>
        double.IsFinite(traits.VarianceBound) ? traits.VarianceBound.ToString("G3", CultureInfo.InvariantCulture) : "none";

    private static string Ratio(double value) => value.ToString(value < 100 ? "0.0#" : "0", CultureInfo.InvariantCulture);

    private static string Rate(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Error(double value) => value switch
    {
        0 => "0",
        double.PositiveInfinity => "∞",
        >= 0.01 and < 100 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00e-0", CultureInfo.InvariantCulture),
    };

    private static string Cosine(double value) =>
        double.IsNaN(value) ? "none, one is zero" : value.ToString("0.000000", CultureInfo.InvariantCulture);

    private static string Time(double seconds) => Instruments.Benchmarks.Results.RooflineTable.Time(seconds);

    private static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
