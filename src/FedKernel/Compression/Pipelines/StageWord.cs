// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Compression.Coding;
using FedKernel.Compression.Feedback;
using FedKernel.Compression.LowRank;
using FedKernel.Compression.Quantizers;

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
        new("powersgd", StageSlot.Reduction, "powersgd:rank", a => new LowRankStage(One(a).Whole(0, 1, LowRankCodec.MaximumRank))),
        .. SparsifierWords.All,
        Plain("float32", StageSlot.Quantizer, new Float32Quantizer()),
        Plain("drive", StageSlot.Quantizer, new EdenQuantizer(1)),
        new("eden", StageSlot.Quantizer, "eden:BITS", arguments =>
        {
            arguments.Require(1, 1);
            return new EdenQuantizer(arguments.Whole(0, 1, 8));
        }),
        Plain("auto", StageSlot.IndexCoding, IndexCoding.None),
        Plain("bitmap", StageSlot.IndexCoding, IndexCoding.Bitmap),
        Plain("rice", StageSlot.IndexCoding, IndexCoding.Rice),
        Plain("eliasfano", StageSlot.IndexCoding, IndexCoding.EliasFano),
        Plain("rans", StageSlot.SymbolCoding, SymbolCoding.Rans),
    ];

    /// <summary>A number as it stands in the canonical text of a stage.</summary>
    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

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
            : new MomentumCorrection(momentum, arguments.Positive(1), arguments.Whole(2, 1, int.MaxValue));
    }

    private static StageWord Plain(string word, StageSlot slot, object stage) => new(word, slot, word, arguments =>
    {
        arguments.Require(0, 0);
        return stage;
    });
}
