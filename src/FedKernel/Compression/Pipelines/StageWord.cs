// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Compression.Coding;
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
        Plain("float32", StageSlot.Quantizer, new Float32Quantizer()),
        Plain("auto", StageSlot.IndexCoding, IndexCoding.None),
        Plain("bitmap", StageSlot.IndexCoding, IndexCoding.Bitmap),
        Plain("rice", StageSlot.IndexCoding, IndexCoding.Rice),
        Plain("eliasfano", StageSlot.IndexCoding, IndexCoding.EliasFano),
        Plain("rans", StageSlot.SymbolCoding, SymbolCoding.Rans),
    ];

    /// <summary>A number as it stands in the canonical text of a stage.</summary>
    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static StageWord Plain(string word, StageSlot slot, object stage) => new(word, slot, word, arguments =>
    {
        arguments.Require(0, 0);
        return stage;
    });
}
