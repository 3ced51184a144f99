// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Tests.Gpu.Text;

/// <summary>What a program may have of float64.</summary>
internal enum Float64Use
{
    /// <summary>Not even a register.</summary>
    None,

    /// <summary>Values in memory, rounded to float32 when they are loaded: no arithmetic.</summary>
    Rows,

    /// <summary>Arithmetic too.</summary>
    Arithmetic,
}

/// <summary>What the text of a driver may have, whatever the kernel. The numbers are those of instructions in the text.</summary>
/// <param name="Programs">The start of the names of the programs it is for; the longest that fits counts.</param>
/// <param name="Registers">The most that ptxas may give a thread of sm_90; 65,536 of a multiprocessor are shared by all.</param>
internal sealed record Allowance(string Programs, int Registers)
{
    private const string Tails = "tails, and windows off a pack; neighbours coalesce";
    private const string Sums = "the shape is defined by float64 partial results";
    private const string Exact = "integers come from and go to float64 products, which are exact enough for 53 bits";

    /// <summary>The whole table.</summary>
    /// <remarks>Of several numbers of loads each is allowed: a vector that a kernel ignores is not loaded.</remarks>
    public static IReadOnlyList<Allowance> All { get; } =
    [
        // Four steps at once, and the rest one by one.
        Packs("MapDriver.Quads", 64, loads: [0, 5, 10], stores: 5),
        Singles("MapDriver.Singles", 32, Tails),

        // Sixteen elements of each of four neighbouring blocks of the stream.
        Packs("SampleDriver.Quads<NoLargest", 160, loads: [0, 16], stores: 16),
        Packs("SampleDriver.Quads<LargestOfBlock", 160, loads: [0, 16], stores: 17),
        Singles("SampleDriver.Blocks", 64, "windows off a pack and the last tile; sixteen neighbours fill two sectors of 32 bytes"),

        // Four rows of a strand an iteration.
        Packs("ReduceDriver.Quads", 64, loads: [4, 8], stores: 0)
            .Narrow(0, 1, "256 bytes of values become one float64").Float64(Float64Use.Arithmetic, Sums),
        Singles("ReduceDriver.Singles", 40, "windows off a pack and the last block").Float64(Float64Use.Arithmetic, Sums),
        Singles("ReduceDriver.Fold", 40, "one value of each strand, in the order of the tree; a 64th of what a reduction reads")
            .Float64(Float64Use.Arithmetic, Sums),
        Singles("ReduceRowsDriver.Rows", 32, "a thread has a whole row, which may start anywhere").Float64(Float64Use.Arithmetic, Sums),

        // Four rows an iteration, and the rest one by one.
        Packs("MatrixCombineDriver.Quads", 40, loads: [5], stores: 1)
            .Narrow(5, 0, "a weight is one float32 for all columns of its row"),
        Singles("MatrixCombineDriver.Singles", 32, Tails),

        // Sixteen rows; the sums are loaded if a launch continues, and stored.
        Packs("ListCombineDriver.Rows<ByFour", 48, loads: [17], stores: 1),
        Packs("ListCombineDriver.Rows<ByEight", 48, loads: [18], stores: 2),
        Packs("ListCombineDriver.Rows<WideByFour", 48, loads: [33], stores: 1).Float64(Float64Use.Rows, "the rows are float64"),
        Singles("ListCombineDriver.Rows<ByOne", 40, Tails),
        Singles("ListCombineDriver.Rows<ByOne<Double", 48, Tails).Float64(Float64Use.Rows, "the rows are float64"),

        // Sixteen rows; the integers are loaded and stored.
        Packs("ListAccumulateDriver.Rows<ByFour", 96, loads: [18], stores: 2).Maxima().Float64(Float64Use.Arithmetic, Exact),
        Packs("ListAccumulateDriver.Rows<ByEight", 144, loads: [20], stores: 4).Maxima().Float64(Float64Use.Arithmetic, Exact),
        Packs("ListAccumulateDriver.Rows<WideByFour", 184, loads: [34], stores: 2).Maxima().Float64(Float64Use.Arithmetic, Exact),
        Singles("ListAccumulateDriver.Rows<ByOne", 56, Tails).Float64(Float64Use.Arithmetic, Exact),
        Singles("ListAccumulateDriver.Rows<ByOne<Double", 80, Tails).Float64(Float64Use.Arithmetic, Exact),
        Packs("IntegerDriver.AccumulateQuads", 40, loads: [3], stores: 2).Float64(Float64Use.Arithmetic, Exact),
        Singles("IntegerDriver.AccumulateSingles", 32, Tails).Float64(Float64Use.Arithmetic, Exact),

        // Two steps at once, and the rest one by one.
        Packs("IntegerDriver.ResolveQuads", 40, loads: [6], stores: 3).Float64(Float64Use.Arithmetic, Exact),
        Singles("IntegerDriver.ResolveSingles", 32, Tails).Float64(Float64Use.Arithmetic, Exact),

        // A word of 32 counters, fifteen rows of them.
        Singles("VoteDriver", 48, "a word is 32 elements, fifteen loads of neighbours are on their way at once"),

        // A step of the stream, sixteen elements sixteen apart; the words of the table come from one address for all threads.
        Singles("DrawDriver.FromIntegers", 128, "arithmetic is the limit; sixteen neighbours fill two sectors of 32 bytes"),
        Singles("DrawDriver.FromFloats", 128, "arithmetic is the limit; sixteen neighbours fill two sectors of 32 bytes"),

        // A sixteenth of a tile; then tiles; then four neighbouring blocks of the stream through two tiles.
        Packs("QuantizeDriver.LargestQuads", 40, loads: [4], stores: 0).Narrow(0, 1, "64 bytes of values become one float32"),
        Singles("QuantizeDriver.LargestSingles", 32, "windows off a pack and the last tile"),
        Singles("QuantizeDriver.Scales", 48, "a sixteenth of the elements, some of which come from steps of four bytes")
            .Float64(Float64Use.Arithmetic, "the two divisions of a block's scale, which every device rounds correctly"),
        Packs("QuantizeDriver.EncodeQuads", 128, loads: [32], stores: 0)
            .Narrow(2, 32, "a scale for each of two tiles; four codes of a byte a store"),
        Packs("HadamardDriver.FirstQuads", 48, loads: [4], stores: 4),
        Singles("PackDriver", 40, "codes are bytes, a group of eight a thread"),
        Singles("PackDriver.PackHalves", 48, "eight codes fill as many bytes as a code has bits"),
        Singles("LevelsDriver", 40, "levels are looked up one by one"),
        Singles("HadamardDriver", 48, "rows of elements 2^done apart; neighbours coalesce but for the first launch of windows off a pack"),
        Singles("QuantizeDriver.EncodeBlocks", 64, "windows off a pack and the last tiles; codes of a byte"),

        // Four packs an iteration into sixteen counts of a byte; then rows of counts.
        Packs("HistogramDriver.CountQuads", 64, loads: [4], stores: 1),
        Packs("HistogramDriver.CountSingles", 40, loads: [0], stores: 1).Narrow(1, 0, Tails),
        Packs("HistogramDriver.FoldBytes", 64, loads: [1], stores: 4),
        Packs("HistogramDriver.FoldWords", 40, loads: [1], stores: 1),

        // A segment of sixteen packs, four an iteration; what it has, where it writes, and what it writes one by one.
        Packs("SelectDriver.TallyQuads", 48, loads: [4], stores: 0).Narrow(0, 1, "256 bytes of values become one tally"),
        Singles("SelectDriver.TallySingles", 32, "windows off a pack and the last segment"),
        Singles("SelectDriver.Scan", 40, "one tally of each segment, a 32nd of the vector"),
        Packs("SelectDriver.PickQuads", 64, loads: [1], stores: 0).Narrow(2, 8, "the place of a segment; what is picked goes one by one"),
        Singles("SelectDriver.PickSingles", 48, "windows off a pack and the last segment"),
        Singles("SparseDriver.", 32, "an index may be anywhere"),
        Singles("SparseDriver.ScatterAccumulate", 40, "an index may be anywhere").Float64(Float64Use.Arithmetic, Exact),

        // Codes of any number of bits from any byte on: packs would be a second way for each of them.
        Singles("EncodeDriver.Sum", 32, "windows anywhere; neighbours coalesce"),
        Singles("EncodeDriver.Largest", 40, "a sixteenth of a block; sixteen neighbours fill two sectors of 32 bytes")
            .Float64(Float64Use.Arithmetic, "norms are float64 whatever they are"),
        Singles("EncodeDriver.Squares", 48, "a thread has a whole block, whose sum goes from left to right")
            .Float64(Float64Use.Arithmetic, Sums),
        Singles("EncodeDriver.Magnitudes", 48, "a thread has a whole block, whose sum goes from left to right")
            .Float64(Float64Use.Arithmetic, Sums),
        Singles("EncodeDriver.Scales", 64, "one scale for each block")
            .Float64(Float64Use.Arithmetic, "divisions and the root of a block's scale, which every device rounds correctly"),
        Singles("EncodeDriver.Encode", 64, "an element each; neighbours coalesce"),
        Singles("EncodeDriver.EncodeRandom", 96, "sixteen neighbours fill two sectors of 32 bytes"),
        Singles("EncodeDriver.Rest", 48, "an element each; neighbours coalesce"),
        Singles("DecodeDriver.Decode", 48, "codes of less than a byte; neighbours share them"),
        Singles("DecodeDriver.DecodeAdd", 48, "codes of less than a byte; neighbours share them"),
        Singles("DecodeDriver.DecodeAccumulate", 64, "codes of less than a byte; neighbours share them")
            .Float64(Float64Use.Arithmetic, Exact),
    ];

    /// <summary>True if the elements of its views have 16 bytes.</summary>
    public bool ByPacks { get; private init; }

    /// <summary>Each number of loads of 16 bytes that is right.</summary>
    public IReadOnlyList<int> Loads { get; private init; } = [0];

    /// <summary>Stores of 16 bytes.</summary>
    public int Stores { get; private init; }

    /// <summary>Smaller loads and stores beside them, exactly; without packs, as many as there are.</summary>
    public (int Loads, int Stores) Smaller { get; private init; }

    /// <summary>Why there are smaller ones.</summary>
    public string? WhySmaller { get; private init; }

    /// <summary>What is float64.</summary>
    public Float64Use Use { get; private init; }

    /// <summary>Why.</summary>
    public string? WhyFloat64 { get; private init; }

    /// <summary>What counts for a program.</summary>
    /// <exception cref="InvalidOperationException">Nothing does.</exception>
    public static Allowance Of(string program) =>
        All.Where(a => program.StartsWith(a.Programs, StringComparison.Ordinal)).MaxBy(a => a.Programs.Length)
        ?? throw new InvalidOperationException($"'{program}' is not in the table of what texts may have: {nameof(Allowance)}.");

    private static Allowance Packs(string programs, int registers, int[] loads, int stores) =>
        new(programs, registers) { ByPacks = true, Loads = loads, Stores = stores };

    private static Allowance Singles(string programs, int registers, string why) => new(programs, registers) { WhySmaller = why };

    private Allowance Narrow(int loads, int stores, string why) => this with { Smaller = (loads, stores), WhySmaller = why };

    private Allowance Maxima() => Narrow(16, 16, "a thread's maximum of each row, one number a launch");

    private Allowance Float64(Float64Use use, string why) => this with { Use = use, WhyFloat64 = why };
}
