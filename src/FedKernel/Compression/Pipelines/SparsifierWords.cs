// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Sparsifiers;

namespace FedKernel.Compression.Pipelines;

/// <summary>The words of sparsifiers.</summary>
internal static class SparsifierWords
{
    private const string Unscaled = "unscaled";

    public static IReadOnlyList<StageWord> All { get; } =
    [
        One("topk", "topk:0.01 for a share in (0, 1), or topk:1000 for a number", a => new TopKSparsifier(Share(a))),
        One("topklayer", "topklayer:0.01, a share in (0, 1)", a => new TopKPerTensorSparsifier(OpenFraction(a))),
        One("threshold", "threshold:0.001, above 0", a => new ThresholdSparsifier((float)a.Positive(0))),
        One("sampled", "sampled:0.01, a share in (0, 1)", a => new SampledThresholdSparsifier(KeptShare.Of(OpenFraction(a)))),
        Random("random", isShared: false),
        Random("sharedrandom", isShared: true),
        new("blocktopk", StageSlot.Reduction, "blocktopk:0.01,64, a share in (0, 1) and elements of a block, 2 to 65536", a =>
        {
            a.Require(2, 2);
            return new BlockTopKSparsifier(OpenFraction(a), a.Whole(1, 2, 1 << 16));
        }),
    ];

    private static StageWord One(string word, string usage, Func<StageArguments, Sparsifier> make) =>
        new(word, StageSlot.Reduction, usage, a =>
        {
            a.Require(1, 1);
            return make(a);
        });

    private static StageWord Random(string word, bool isShared)
    {
        string usage = $"{word}:0.01 for a share in (0, 1), {word}:1000 for a number; values times d/k, or as they are with {word}:0.01,{Unscaled}";
        return new(word, StageSlot.Reduction, usage, a =>
        {
            a.Require(1, 2);
            bool isScaled = a.Count == 1;
            if (!isScaled && a.Text(1) != Unscaled)
            {
                throw a.Refused($"'{a.Text(1)}' is not {Unscaled}");
            }

            return new RandomKSparsifier(Share(a), isShared, isScaled);
        });
    }

    private static double OpenFraction(StageArguments arguments) =>
        arguments.Number(0, v => v is >= 1e-12 and < 1, "in [1e-12, 1)");

    /// <summary>A share below 1, or a number of elements.</summary>
    private static KeptShare Share(StageArguments arguments)
    {
        double value = arguments.Number(
            0, v => v is >= 1e-12 and < 1 || (v is >= 1 and <= SparseVector.MaximumLength && v == Math.Floor(v)),
            $"in [1e-12, 1), nor a whole number up to {SparseVector.MaximumLength}");
        return value < 1 ? KeptShare.Of(value) : KeptShare.Exactly((long)value);
    }
}
