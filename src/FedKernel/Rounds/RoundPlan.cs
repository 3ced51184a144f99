// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Compression.Pipelines;
using FedKernel.Updates;

namespace FedKernel.Rounds;

/// <summary>How the updates of a round become one.</summary>
public enum AggregationKind : byte
{
    /// <summary><see cref="Aggregation.ExactMean"/>: the same bits for any order of the clients.</summary>
    ExactMean = 1,

    /// <summary><see cref="Aggregation.FloatMean"/>: float32, in order of arrival.</summary>
    FloatMean = 2,
}

/// <summary>
/// What server and clients agree on before a round: immutable, serialized, and named by its fingerprint in every message.
/// </summary>
public sealed record RoundPlan
{
    private const int MaximumTensorCount = 1 << 20;

    /// <summary>A plan.</summary>
    /// <param name="round">Number of the round; never used twice in a study.</param>
    /// <param name="layout">How updates are read.</param>
    /// <param name="range">What values, weights and how many clients are allowed.</param>
    public RoundPlan(uint round, ParameterLayout layout, FixedPointRange range)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(range);
        (Round, Layout, Range) = (round, layout, range);
    }

    /// <summary>Number of the round.</summary>
    public uint Round { get; }

    /// <summary>How updates are read.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>What values, weights and how many clients are allowed.</summary>
    public FixedPointRange Range { get; }

    /// <summary>How the updates become one; exact by default.</summary>
    public AggregationKind Aggregation { get; init; } = AggregationKind.ExactMean;

    /// <summary>C, if clients clip their update's L2 norm to it and the server refuses longer ones; null for no bound.</summary>
    public double? ClippingBound { get; init; }

    /// <summary>The noise that the server adds; null for none. Needs <see cref="ClippingBound"/>.</summary>
    public CentralPrivacy? CentralPrivacy { get; init; }

    /// <summary>How clients compress their updates; null for float32 values as they are.</summary>
    public CompressionPipeline? Compression { get; init; }

    /// <summary>
    /// With fewer accepted updates the round is not finished; at least 1, and 1 where the server adds noise: a round that ends
    /// early would tell who came.
    /// </summary>
    public int MinimumClientCount { get; init; } = 1;

    /// <summary>SHA-256 over the serialized plan.</summary>
    public byte[] Fingerprint()
    {
        var writer = new WireWriter();
        Write(writer);
        return SHA256.HashData(writer.Written);
    }

    internal void Write(WireWriter writer)
    {
        Throw.IfNotInRange(MinimumClientCount, 1, Range.MaximumClientCount);
        Throw.IfNotInRange(ClippingBound ?? 1, float.Epsilon, float.MaxValue, nameof(ClippingBound));
        if (CentralPrivacy is not null && (ClippingBound is null || MinimumClientCount != 1))
        {
            throw new ArgumentException(
                $"A plan with noise needs a clipping bound and a {nameof(MinimumClientCount)} of 1; it has {ClippingBound?.ToString() ?? "no bound"} and {MinimumClientCount}.");
        }

        // What the layout does not take is an error here, before anybody trains.
        _ = Compression?.Describe(Layout);
        writer.UInt32(Round);
        writer.UInt8((byte)Aggregation);
        writer.Double(Range.MaximumMagnitude);
        writer.Double(Range.MaximumWeight);
        writer.Int32(Range.MaximumClientCount);
        writer.Double(ClippingBound ?? 0);
        writer.Int32(MinimumClientCount);
        writer.Text(Compression?.Name ?? "");
        writer.UInt8((byte)(CentralPrivacy is null ? 0 : 1));
        CentralPrivacy?.Write(writer);
        writer.Int32(Layout.Slots.Count);
        foreach (ParameterSlot slot in Layout.Slots)
        {
            writer.Text(slot.Name);
            writer.UInt8((byte)slot.Shape.Count);
            foreach (long dimension in slot.Shape)
            {
                writer.Int64(dimension);
            }
        }
    }

    internal static RoundPlan Read(ref WireReader reader)
    {
        uint round = reader.UInt32();
        byte kind = reader.UInt8();
        double magnitude = reader.Double(), weight = reader.Double();
        int clients = reader.Int32();
        double bound = reader.Double();
        int minimum = reader.Int32();
        string compression = reader.Text(CompressionPipeline.MaximumNameLength);
        byte isPrivate = reader.UInt8();
        reader.Require(isPrivate is 0 or 1, $"privacy {isPrivate}, known are 0 and 1");
        CentralPrivacy? privacy = isPrivate == 1 ? ReadPrivacy(ref reader) : null;
        int tensors = reader.Int32();
        reader.Require(kind is 1 or 2, $"aggregation kind {kind}, known are 1 and 2");
        reader.Require(tensors is >= 1 and <= MaximumTensorCount, $"{tensors} tensors, allowed are 1 to {MaximumTensorCount}");
        // A tensor takes at least six bytes: the count is checked against what is left before anything is allocated.
        reader.Require(tensors <= reader.Remaining / 6, $"{tensors} tensors in {reader.Remaining} bytes");
        reader.Require(privacy is null || (bound > 0 && minimum == 1), $"noise with clipping bound {bound} and at least {minimum} clients");
        reader.Require(bound == 0 || (bound >= float.Epsilon && bound <= float.MaxValue), $"clipping bound {bound}");
        var slots = new List<(string, IReadOnlyList<long>)>(tensors);
        for (int i = 0; i < tensors; i++)
        {
            string name = reader.Text(512);
            var shape = new long[reader.UInt8()];
            for (int k = 0; k < shape.Length; k++)
            {
                shape[k] = reader.Int64();
            }

            slots.Add((name, shape));
        }

        try
        {
            var range = new FixedPointRange(magnitude, weight, clients);
            Throw.IfNotInRange(minimum, 1, clients);
            var plan = new RoundPlan(round, new ParameterLayout(slots), range)
            {
                Aggregation = (AggregationKind)kind,
                ClippingBound = bound == 0 ? null : bound,
                CentralPrivacy = privacy,
                Compression = ReadCompression(compression),
                MinimumClientCount = minimum,
            };
            _ = plan.Compression?.Describe(plan.Layout);
            return plan;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new DataFormatException($"The plan in the message is not valid: {e.Message}", e);
        }
    }

    /// <summary>Canonical text only: a plan has one sequence of bytes.</summary>
    private static CompressionPipeline? ReadCompression(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        CompressionPipeline pipeline = CompressionPipeline.Parse(name);
        return pipeline.Name == name ? pipeline : throw new ArgumentException($"The pipeline '{name}' is written '{pipeline.Name}'.");
    }

    private static CentralPrivacy ReadPrivacy(ref WireReader reader)
    {
        try
        {
            return CentralPrivacy.Read(ref reader);
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"The plan in the message is not valid: {e.Message}", e);
        }
    }
}
