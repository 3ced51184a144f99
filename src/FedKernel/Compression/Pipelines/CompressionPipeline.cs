// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using FedKernel.Compression.Coding;
using FedKernel.Compression.Feedback;
using FedKernel.Compression.LowRank;
using FedKernel.Compression.Quantizers;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Updates;

namespace FedKernel.Compression.Pipelines;

/// <summary>Stages behind one another, from an update to bytes: what a plan declares, a frame repeats and a report names. Immutable.</summary>
/// <remarks>
/// The text is stages joined by '+', parameters behind ':'. The order is ef, dgc, sparsifier or low rank, quantizer, index coding,
/// symbol coding; each at most once and none of them needed. Without a quantizer values stay float32, without an index coding the
/// smallest is taken, without a symbol coding codes are bit-packed.
/// </remarks>
public sealed class CompressionPipeline : IEquatable<CompressionPipeline>
{
    /// <summary>Bytes of a name: at most 255.</summary>
    public const int MaximumNameLength = byte.MaxValue;

    private readonly LowRankStage? _lowRank;

    private CompressionPipeline(string text)
    {
        object?[] stages = PipelineParser.Parse(text);
        HasFeedback = stages[(int)StageSlot.Feedback] is not null;
        Momentum = stages[(int)StageSlot.Momentum] as MomentumCorrection;
        Sparsifier = stages[(int)StageSlot.Reduction] as Sparsifier;
        _lowRank = stages[(int)StageSlot.Reduction] as LowRankStage;
        Quantizer = stages[(int)StageSlot.Quantizer] as Quantizer ?? new Float32Quantizer();
        FixedIndexCoding = stages[(int)StageSlot.IndexCoding] is IndexCoding coding and not IndexCoding.None ? coding : null;
        SymbolCoding = stages[(int)StageSlot.SymbolCoding] is SymbolCoding symbols ? symbols : SymbolCoding.Packed;
        RefuseNonsense(text, stages);
        Name = Canonical();
        if (Name.Length > MaximumNameLength)
        {
            throw new ArgumentException($"The pipeline '{Name}' has {Name.Length} characters; at most {MaximumNameLength}.");
        }
    }

    /// <summary>The words that this version knows: what a client says that it supports.</summary>
    public static IReadOnlyList<string> SupportedStages { get; } = [.. StageWord.All.Select(w => w.Word)];

    /// <summary>The canonical text: the same stages have the same name.</summary>
    public string Name { get; }

    /// <summary>True if the client keeps what was dropped and adds it the next round.</summary>
    public bool HasFeedback { get; }

    /// <summary>What keeps some of the values; null if none does.</summary>
    public Sparsifier? Sparsifier { get; }

    /// <summary>What makes codes of values.</summary>
    public Quantizer Quantizer { get; }

    /// <summary>How indices are written; null for the smallest.</summary>
    public IndexCoding? FixedIndexCoding { get; }

    /// <summary>How codes are written: with <see cref="SymbolCoding.Rans"/>, packed where that is no longer.</summary>
    public SymbolCoding SymbolCoding { get; }

    /// <summary>The words of its stages.</summary>
    public IReadOnlyList<string> Stages => [.. Name.Split('+').Select(s => s.Split(':')[0])];

    /// <summary>Momentum-corrected feedback; null for the plain one.</summary>
    internal MomentumCorrection? Momentum { get; }

    /// <summary>True if a seed travels in the frame.</summary>
    internal bool UsesSeed => Quantizer.UsesSeed || Sparsifier is { SharesIndices: true };

    /// <summary>True if indices travel in the frame.</summary>
    internal bool SendsIndices => Sparsifier is { SharesIndices: false };

    /// <summary>The pipeline of a text.</summary>
    /// <param name="text">As in the remarks; blanks around '+' are ignored.</param>
    /// <exception cref="ArgumentException">Names the stage that is wrong and what is allowed.</exception>
    public static CompressionPipeline Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ArgumentException("The text of a pipeline is empty; it has at least one stage.");
        }

        if (text.Length > MaximumNameLength)
        {
            throw new ArgumentException($"The text of a pipeline has {text.Length} characters; at most {MaximumNameLength}.");
        }

        // Errors repeat the text: what would disturb a terminal or a log is refused first.
        int at = text.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        return at < 0
            ? new CompressionPipeline(text)
            : throw new ArgumentException($"Character {at} of the pipeline is U+{(int)text[at]:X4}; allowed is printable ASCII.");
    }

    /// <summary>The first of the server's preferences whose every stage each client supports; null if there is none.</summary>
    /// <param name="preferences">Best first.</param>
    /// <param name="clients">What each client supports: its <see cref="SupportedStages"/>, or fewer.</param>
    public static CompressionPipeline? Negotiate(
        IEnumerable<CompressionPipeline> preferences, IEnumerable<IReadOnlyCollection<string>> clients)
    {
        ArgumentNullException.ThrowIfNull(preferences);
        ArgumentNullException.ThrowIfNull(clients);
        HashSet<string> common = [.. SupportedStages];
        foreach (IReadOnlyCollection<string> client in clients)
        {
            common.IntersectWith(client);
        }

        return preferences.FirstOrDefault(p => p.Stages.All(common.Contains));
    }

    /// <summary>What the pipeline promises of one encoding, error feedback aside.</summary>
    /// <remarks>
    /// Sums of frames do not commute where each has a seed of its own: a lattice's codes do where clients share one, for which
    /// <see cref="LatticeQuantizer.EncodeIntegers"/> takes it.
    /// </remarks>
    /// <param name="layout">How updates are read.</param>
    /// <exception cref="ArgumentException">A stage does not take updates of this layout, or does not go with error feedback.</exception>
    public StageTraits Describe(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Throw.IfNotInRange(layout.Length, 1, Sparsifier is null ? long.MaxValue : SparseVector.MaximumLength, "elements of the layout");
        StageTraits codes = Quantizer.Describe(MaximumCount(layout)), kept = Sparsifier?.Describe(layout.Length) ?? StageTraits.Lossless, traits = codes;
        if (Sparsifier is not null)
        {
            traits = kept.Then(codes);
        }
        else if (LowRank(layout) is { } codec)
        {
            // Errors of both factors multiply: nothing is known of their product.
            traits = codes.VarianceBound == 0 ? codec.Traits : new StageTraits(false, double.PositiveInfinity, false);
        }

        RefuseGrowingMemory(kept, codes, traits);

        // A compressor draws a seed for each frame: what was rotated by different ones is on no common scale.
        return traits with { SumsCommute = traits.SumsCommute && !UsesSeed };
    }

    /// <summary>SHA-256 over the name.</summary>
    public byte[] Fingerprint() => SHA256.HashData(Encoding.UTF8.GetBytes(Name));

    /// <inheritdoc/>
    public bool Equals(CompressionPipeline? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CompressionPipeline);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The most values that a frame may carry.</summary>
    internal long MaximumCount(ParameterLayout layout) =>
        Sparsifier?.MaximumCount(layout) ?? LowRank(layout)?.FactorLength ?? layout.Length;

    /// <summary>The codec of matrices of a layout; null without low rank.</summary>
    internal LowRankCodec? LowRank(ParameterLayout layout) => _lowRank is null ? null : new LowRankCodec(layout, _lowRank.Rank);

    /// <summary>
    /// Error feedback with an unbiased stage that errs by as much as it is given adds to its memory every round, whatever stands before
    /// or behind that stage: a biased one does not take it back.
    /// </summary>
    private void RefuseGrowingMemory(params ReadOnlySpan<StageTraits> stages)
    {
        foreach (StageTraits stage in stages)
        {
            if (HasFeedback && stage is { IsUnbiased: true, VarianceBound: >= 1 })
            {
                throw new ArgumentException(
                    $"The pipeline '{Name}' has an unbiased part that errs by up to {stage.VarianceBound:G4} times ‖x‖²; error feedback needs less than 1, "
                    + "or its memory grows without end. Leave out ef, take a finer quantizer, or random:…,unscaled where it is the sparsifier.");
            }
        }
    }

    private static void Refuse(string text, string why) => throw new ArgumentException($"The pipeline '{text}' makes no sense: {why}.");

    private void RefuseNonsense(string text, object?[] stages)
    {
        bool isExact = Quantizer.Kind == QuantizerKind.Float32;
        if (stages[(int)StageSlot.IndexCoding] is not null && !SendsIndices)
        {
            Refuse(text, Sparsifier is null ? "without a sparsifier there are no indices to code" : $"the indices of '{Sparsifier.Name}' do not travel");
        }

        if (SymbolCoding == SymbolCoding.Rans && Quantizer.SymbolBits == 0)
        {
            Refuse(text, $"rans shortens codes of 1 to 8 bits, '{Quantizer.Name}' has none");
        }

        if (Momentum is not null && (!HasFeedback || Sparsifier is null))
        {
            Refuse(text, $"'{Momentum.Name}' corrects the momentum of what is dropped: it needs ef before and a sparsifier behind it");
        }

        if (HasFeedback && stages[(int)StageSlot.Reduction] is null && isExact)
        {
            Refuse(text, "nothing is lost, so error feedback has nothing to return");
        }
    }

    private string Canonical()
    {
        var parts = new List<string>();
        if (HasFeedback)
        {
            parts.Add(StageWord.Feedback);
        }

        if (Momentum is not null)
        {
            parts.Add(Momentum.Name);
        }

        if ((Sparsifier?.Name ?? _lowRank?.Name) is { } reduction)
        {
            parts.Add(reduction);
        }

        if (parts.Count == 0 || Quantizer.Kind != QuantizerKind.Float32)
        {
            parts.Add(Quantizer.Name);
        }

        if (FixedIndexCoding is { } coding)
        {
            parts.Add(StageWord.All.First(w => w.Slot == StageSlot.IndexCoding && coding.ToString().Equals(w.Word, StringComparison.OrdinalIgnoreCase)).Word);
        }

        if (SymbolCoding == SymbolCoding.Rans)
        {
            parts.Add("rans");
        }

        return string.Join('+', parts);
    }
}
