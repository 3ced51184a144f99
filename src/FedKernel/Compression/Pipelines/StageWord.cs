// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Compression.Feedback;
using FedKernel.Compression.LowRank;
using FedKernel.Compression.Quantizers;
using FedKernel.Kernels;

namespace FedKernel.Compression.Pipelines;

/// <summary>A word of the language of pipelines. A new stage is one more line of <see cref="All"/>.</summary>
/// <param name="Word">What stands before the colon.</param>
/// <param name="Slot">Where the stage stands.</param>
/// <param name="Usage">How it is written, for errors.</param>
/// <param name="Make">Makes the stage from its parameters.</param>
internal sealed record StageWord(string Word, StageSlot Slot, string Usage, Func<StageArguments, object> Make)
{
    /// <summary>Marks error feedback.</summary>
    public const string Feedback = "ef";

    /// <summary>Every word that this version knows.</summary>
    public static IReadOnlyList<StageWord> All { get; } =
    [
        Plain(Feedback, StageSlot.Feedback, Feedback),
        new("dgc", StageSlot.Momentum, "dgc:momentum or dgc:momentum,threshold,clients", Momentum),
        .. SparsifierWords.All,
        new("powersgd", StageSlot.Reduction, "powersgd:rank", a => new LowRankStage(One(a).Whole(0, 1, LowRankCodec.MaximumRank))),
        Plain("float32", StageSlot.Quantizer, new Float32Quantizer()),
        Plain("fp16", StageSlot.Quantizer, new MiniFloatQuantizer<Binary16>(QuantizerKind.Float16, "fp16")),
        Plain("bf16", StageSlot.Quantizer, new MiniFloatQuantizer<UpperHalf>(QuantizerKind.BFloat16, "bf16")),
        Plain("fp8e4m3", StageSlot.Quantizer, new MiniFloatQuantizer<E4M3>(QuantizerKind.Float8E4M3, "fp8e4m3")),
        Plain("fp8e5m2", StageSlot.Quantizer, new MiniFloatQuantizer<E5M2>(QuantizerKind.Float8E5M2, "fp8e5m2")),
        new("int8", StageSlot.Quantizer, "int8:BLOCK or int8:BLOCK,stochastic", a =>
        {
            a.Require(0, 2);
            return new Int8Quantizer(a.BlockSize(0, 256), a.IsFlagged(1, "stochastic"));
        }),
        Blocks("int4", 64, b => new Int4Quantizer(b)),
        Blocks("nf4", 64, b => new NormalFloat4Quantizer(b)),
        Blocks("fp4", 64, b => new Float4Quantizer(b)),
        Plain("drive", StageSlot.Quantizer, new EdenQuantizer(1)),
        new("eden", StageSlot.Quantizer, "eden:BITS", arguments =>
        {
            arguments.Require(1, 1);
            return new EdenQuantizer(arguments.Whole(0, 1, 8));
        }),
        new("qsgd", StageSlot.Quantizer, "qsgd:LEVELS,BUCKET", a =>
        {
            a.Require(1, 2);
            return Qsgd.Create(a.Whole(0, 1, Qsgd.MaximumLevels), a.BlockSize(1, 128));
        }),
        WholeOrBlocks("terngrad", new WholeTernGradQuantizer(), b => new TernGradQuantizer(b)),
        WholeOrBlocks("sign", new WholeSignQuantizer(), b => new SignQuantizer(b)),
        Lattice("lattice", isStochastic: true),
        Lattice("latticenearest", isStochastic: false),
        Plain("auto", StageSlot.IndexCoding, IndexCoding.None),
        Plain("bitmap", StageSlot.IndexCoding, IndexCoding.Bitmap),
        Plain("rice", StageSlot.IndexCoding, IndexCoding.Rice),
        Plain("eliasfano", StageSlot.IndexCoding, IndexCoding.EliasFano),
        Plain("rans", StageSlot.SymbolCoding, SymbolCoding.Rans),
    ];

    private static StageArguments One(StageArguments arguments)
    {
        arguments.Require(1, 1);
        return arguments;
    }

    private static MomentumCorrection Momentum(StageArguments arguments)
    {
        if (arguments.Count != 1)
        {
            arguments.Require(3, 3);
        }

        double momentum = arguments.Number(0, m => (float)m is >= 0 and < 1, "in [0, 1)");
        return arguments.Count == 1
            ? new MomentumCorrection(momentum)
            : new MomentumCorrection(momentum, arguments.Number(1, t => t is >= 1e-30 and <= float.MaxValue, "in [1e-30, 3.4028235e38]"), arguments.Whole(2, 1, int.MaxValue));
    }

    private static StageWord Blocks(string word, int usual, Func<int, object> make) => new(word, StageSlot.Quantizer, $"{word}:BLOCK", a =>
    {
        a.Require(0, 1);
        return make(a.BlockSize(0, usual));
    });

    private static StageWord WholeOrBlocks(string word, object whole, Func<int, object> make) =>
        new(word, StageSlot.Quantizer, $"{word} or {word}:BLOCK", a =>
        {
            a.Require(0, 1);
            return a.Count == 0 ? whole : make(a.BlockSize(0, 0));
        });

    private static StageWord Plain(string word, StageSlot slot, object stage) => new(word, slot, word, arguments =>
    {
        arguments.Require(0, 0);
        return stage;
    });

    private static StageWord Lattice(string word, bool isStochastic) => new(word, StageSlot.Quantizer, $"{word}:BITS,CLIENTS[,BOUND]", arguments =>
    {
        arguments.Require(2, 3);
        int bits = arguments.Whole(0, 2, 32), clients = arguments.Whole(1, 1, (int)((1L << (bits - 1)) - 1));
        double bound = arguments.Count == 2 ? 1 : arguments.Number(2, b => (float)b is >= LatticeQuantizer.LeastBound and <= LatticeQuantizer.MostBound,
            $"in [{LatticeQuantizer.LeastBound}, {LatticeQuantizer.MostBound}]");
        return new LatticeQuantizer(bits, clients, (float)bound, isStochastic);
    });
}
