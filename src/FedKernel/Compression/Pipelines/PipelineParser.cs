// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Pipelines;

/// <summary>Text to stages: words known, each place taken once, in order.</summary>
internal static class PipelineParser
{
    /// <summary>The stage of each place, or null.</summary>
    /// <exception cref="ArgumentException">Names the stage and what is allowed.</exception>
    public static object?[] Parse(string text)
    {
        var stages = new object?[(int)StageSlot.SymbolCoding + 1];
        StageSlot? last = null;
        foreach (string part in text.Split('+'))
        {
            string stage = part.Trim();
            string word = stage.Split(':', 2)[0];
            StageWord known = StageWord.All.FirstOrDefault(w => w.Word == word) ?? throw new ArgumentException(
                $"The pipeline '{text}' has an unknown stage '{stage}'; known are {string.Join(", ", StageWord.All.Select(w => w.Word))}.");
            if (last is { } before && known.Slot <= before)
            {
                throw new ArgumentException(
                    $"In the pipeline '{text}' the stage '{stage}' stands behind one that comes after it or takes its place; the order is "
                    + "ef, dgc, sparsifier or low rank, quantizer, index coding, symbol coding, each at most once.");
            }

            last = known.Slot;
            stages[(int)known.Slot] = known.Make(new StageArguments(stage, stage.Contains(':') ? stage[(word.Length + 1)..] : null, known.Usage));
        }

        return stages;
    }
}
