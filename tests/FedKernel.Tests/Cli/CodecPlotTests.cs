// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using FedKernel.Cli.Codecs;
using FedKernel.Cli.Reports;
using FedKernel.Compression;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Cli;

public sealed class CodecPlotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel").FullName;

    [Fact]
    public void Save_ManyCodecs_LabelsEveryOneThatLoses()
    {
        // What theory says of a million normal values, about.
        (string Codec, double Bits, double Error)[] codecs =
        [
            ("float32", 32, 0), ("fp16", 16, 4e-8), ("bf16", 16, 2.7e-6), ("fp8e4m3", 8, 6.8e-4), ("fp8e5m2", 8, 2.7e-3), ("int8:256", 8.125, 4.8e-5),
            ("int8:64", 8.5, 3.5e-5), ("int4:64", 4.5, 0.0117), ("nf4:64", 4.5, 0.00845), ("nf4:64+rans", 4.3, 0.00845), ("fp4:64", 4.5, 0.0148),
            ("qsgd:7,128", 4.25, 1.3), ("terngrad", 2, 3.1), ("sign", 1, 0.363), ("drive", 1, 0.571), ("eden:2", 2, 0.133), ("eden:3", 3, 0.0358),
            ("eden:4", 4, 0.0096), ("eden:8", 8, 4.1e-5), ("lattice:16,8", 16, 1e-7), ("topk:0.01", 0.4, 0.91), ("topk:0.1", 3.6, 0.44),
            ("topk:0.01+int8:256", 0.16, 0.91), ("topk:0.001+int8:256", 0.02, 0.988), ("topk:0.01+nf4:64", 0.13, 0.911),
            ("topklayer:0.01+int8:256", 0.16, 0.92), ("sampled:0.01", 0.41, 0.911), ("blocktopk:0.01,64", 0.33, 0.985), ("random:0.01", 0.4, 99),
            ("sharedrandom:0.01", 0.32, 98.7), ("sharedrandom:0.01+int8:256", 0.081, 99), ("powersgd:4", 0.29, 0.994),
        ];
        CodecMeasurement[] measurements =
        [
            .. codecs.Select(c => new CodecMeasurement(
                c.Codec, new StageTraits(c.Codec.StartsWith("eden", StringComparison.Ordinal), 1, false), 1_000_000, (long)(c.Bits * 125_000),
                new VectorError(c.Error, 1), 1, 1)),
        ];
        var subject = new CompressionSubject("a test", ParameterLayout.Flat(4), [1, 2, 3, 4]);
        Assert.True(CodecPlot.Save(new ReportFolder(_folder), subject, measurements));
        string svg = File.ReadAllText(Path.Combine(_folder, "plot.svg"));
        Assert.All(codecs.Where(c => c.Error > 0), c => Assert.Matches($@">\s*{Regex.Escape(c.Codec)}\s*<", svg));
        Assert.DoesNotMatch(@">\s*float32\s*<", svg);
        Assert.False(CodecPlot.Save(new ReportFolder(_folder), subject, measurements[..1]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
