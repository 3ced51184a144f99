// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;

namespace FedKernel.Cli.Codecs;

/// <summary>A stage as <c>compress --list</c> has it.</summary>
/// <param name="Word">What stands before the colon.</param>
/// <param name="Example">A pipeline with it, with usual parameters.</param>
/// <param name="Description">What it does, a line.</param>
internal sealed record CodecEntry(string Word, string Example, string Description)
{
    /// <summary>How it is written, with the ranges of its parameters: as the parser has it.</summary>
    public string Usage => StageWord.All.First(w => w.Word == Word).Usage;
}

/// <summary>The stages that a pipeline is made of, and the pipelines that are worth a comparison.</summary>
internal static class CodecCatalog
{
    /// <summary>In the order of a pipeline.</summary>
    public static IReadOnlyList<CodecEntry> Stages { get; } =
    [
        new("ef", "ef+topk:0.01", "error feedback: what was dropped is added next round"),
        new("dgc", "ef+dgc:0.9+topk:0.001", "momentum-corrected error feedback (DGC)"),
        new("topk", "topk:0.01", "the largest magnitudes of the whole vector"),
        new("topklayer", "topklayer:0.01", "the largest magnitudes of each tensor"),
        new("blocktopk", "blocktopk:0.01,64", "the blocks of largest norm, whole"),
        new("threshold", "threshold:0.001", "every magnitude from a threshold on"),
        new("sampled", "sampled:0.01", "about the largest, by a threshold from a sample"),
        new("random", "random:0.01", "values at random indices, scaled to stay unbiased"),
        new("sharedrandom", "sharedrandom:0.01", "the same, indices from a shared seed: they do not travel"),
        new("powersgd", "powersgd:4", "low rank: two thin factors for each matrix"),
        new("float32", "float32", "as it is"),
        new("fp16", "fp16", "IEEE binary16"),
        new("bf16", "bf16", "the upper half of float32"),
        new("fp8e4m3", "fp8e4m3", "8 bits, 4 of them exponent"),
        new("fp8e5m2", "fp8e5m2", "8 bits, 5 of them exponent"),
        new("int8", "int8:256", "8-bit integers over the largest magnitude of a block"),
        new("int4", "int4:64", "4-bit integers over the largest magnitude of a block"),
        new("nf4", "nf4:64", "quantiles of a normal variable over the largest magnitude of a block"),
        new("fp4", "fp4:64", "4-bit floats over the largest magnitude of a block"),
        new("qsgd", "qsgd:7,128", "stochastic levels over the norm of a bucket"),
        new("terngrad", "terngrad", "−1, 0 or 1 over the largest magnitude, stochastic"),
        new("sign", "sign", "one bit over the mean magnitude"),
        new("drive", "drive", "one bit of a rotated vector"),
        new("eden", "eden:4", "Lloyd–Max levels of a rotated vector, unbiased scale"),
        new("lattice", "lattice:16,8", "integers of a rotated vector on a scale that all clients share"),
        new("latticenearest", "latticenearest:16,8", "the same, rounded to the nearest"),
        new("auto", "topk:0.01+auto", "indices, unless told: the smallest of the codes below"),
        new("bitmap", "topk:0.01+bitmap", "indices: a bit for each element"),
        new("rice", "topk:0.01+rice", "indices: gaps by Rice's code, its parameter from the density"),
        new("eliasfano", "topk:0.01+eliasfano", "indices: Elias–Fano, with random access"),
        new("rans", "nf4:64+rans", "symbols: range coding of the quantizer's codes"),
    ];

    /// <summary>What <c>compress compare</c> compares unless told.</summary>
    public static IReadOnlyList<string> Comparison { get; } =
    [
        "float32", "fp16", "bf16", "fp8e4m3", "fp8e5m2", "int8:256", "int8:64", "int4:64", "nf4:64", "nf4:64+rans", "fp4:64",
        "qsgd:7,128", "qsgd:7,128+rans", "terngrad", "terngrad+rans", "sign", "drive", "eden:2", "eden:3", "eden:4", "eden:8",
        "lattice:16,8", "topk:0.01", "topk:0.1", "topk:0.01+int8:256", "topk:0.001+int8:256", "topk:0.01+nf4:64",
        "topklayer:0.01+int8:256", "sampled:0.01", "blocktopk:0.01,64", "random:0.01", "sharedrandom:0.01", "sharedrandom:0.01+int8:256",
        "powersgd:4",
    ];
}
