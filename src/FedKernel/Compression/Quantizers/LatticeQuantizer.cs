// SPDX-License-Identifier: Apache-2.0
// A lattice on which sums commute · K. Bonawitz et al., "Federated learning with autotuned communication-efficient secure aggregation",
// 2019 (arXiv 1912.00131); rounding as in P. Kairouz, Z. Liu, T. Steinke, ICML 2021 (arXiv 2102.06387).
// Parameters: bits b of the modulus, clients n, clipping bound c of a rotated value.
//   L = min(⌊(2^(b−1) − 1) / n⌋, 2²³ − 1), step = c / L, code = round(clamp(y, −c, c) / step) mod 2^b, y = H·D·x / √m in blocks of m ≤ 2¹⁶.
// No sum of n codes wraps, since n·L ≤ 2^(b−1) − 1; b and n with L < 1 are refused.
// Different here: a guarantee instead of a probability of wrapping; the step is no number of the frame but follows from the plan.
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>Integers of a rotated vector on a scale that all clients share: the sum of the codes of n clients is the code of their sum.</summary>
/// <remarks>
/// Holds for clients that were given the same <see cref="EncodingContext.Seed"/>. Unbiased with stochastic rounding where no rotated
/// value is beyond the bound; one that is counts as the bound. With ‖x‖₂ ≤ C a rotated value of a block of m is about C/√m: a bound of
/// 5·C/√m clips less than one in a million. The error of a value is at most one step, half of one to nearest.
/// </remarks>
public sealed class LatticeQuantizer : Quantizer
{
    /// <summary>Smallest and largest clipping bound: no step between them is denormal, and a name has no exponent with a plus sign.</summary>
    internal const float LeastBound = 1e-30f, MostBound = 1e6f;

    private readonly float _bound;

    /// <summary>A quantizer.</summary>
    /// <param name="bits">Bits of the modulus, 2 to 32.</param>
    /// <param name="clients">Most codes of a sum, 1 to 2^(bits−1) − 1.</param>
    /// <param name="bound">Clipping bound of a rotated value, 10⁻³⁰ to 10⁶.</param>
    /// <param name="isStochastic">Rounds with random bits, without bias; else to nearest.</param>
    /// <exception cref="ArgumentOutOfRangeException">A sum of so many codes could wrap, or a parameter is out of range.</exception>
    public LatticeQuantizer(int bits, int clients, float bound = 1, bool isStochastic = true)
    {
        Throw.IfNotInRange(bits, 2, 32);
        Throw.IfNotInRange(clients, 1, (1L << (bits - 1)) - 1);
        Throw.IfNotInRange(bound, LeastBound, MostBound);
        (Bits, Clients, _bound, IsRandom) = (bits, clients, bound, isStochastic);

        // Rounding in float32 is exact below 2²³: wider moduli are for more clients, not for finer steps.
        LargestCode = (int)Math.Min(ModularRange.OfBits(bits).LargestTerm(clients), (1 << 23) - 1);
        Step = bound / LargestCode;
    }

    /// <summary>Bits of the modulus.</summary>
    public int Bits { get; }

    /// <summary>Most codes of a sum.</summary>
    public int Clients { get; }

    /// <summary>Largest magnitude of a code: L.</summary>
    public int LargestCode { get; }

    /// <summary>What one unit of a code stands for.</summary>
    public float Step { get; }

    /// <inheritdoc/>
    public override QuantizerKind Kind => QuantizerKind.Lattice;

    /// <inheritdoc/>
    public override string Name => (IsRandom ? "lattice:" : "latticenearest:")
        + string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Bits},{Clients}")
        + (_bound == 1 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $",{_bound:R}"));

    /// <inheritdoc/>
    public override bool IsRandom { get; }

    /// <inheritdoc/>
    public override bool UsesSeed => true;

    /// <inheritdoc/>
    public override long CodeBytes(long length) => Device.PackedBytes(CodeCount(length), Bits);

    /// <inheritdoc/>
    public override long ScaleCount(long length) => 0;

    /// <inheritdoc/>
    /// <remarks>
    /// The error is bounded by the step, not by the norm: of a small vector nothing may be left. Unbiased and commuting under the
    /// conditions of this class: no rotated value beyond the bound, one seed for all clients.
    /// </remarks>
    public override StageTraits Describe(long length) => new(IsRandom, double.PositiveInfinity, true);

    /// <summary>Codes for d values: d and the zeros that fill up the last block.</summary>
    public static long CodeCount(long length) => Plan(length).Padded;

    /// <inheritdoc/>
    public override void Encode(DeviceBuffer<float> source, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var work = new LatticeBlocks(this, source, null, context);
        for (long b = 0; b < work.Plan.Count; b++)
        {
            work.Pack(work.Encode(b, work.Part(source, b)), b, destination.Codes);
        }
    }

    /// <inheritdoc/>
    public override void EncodeWithFeedback(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(memory);
        using var work = new LatticeBlocks(this, source, memory, context);
        for (long b = 0; b < work.Plan.Count; b++)
        {
            // p stands in the memory until its estimate is taken off.
            DeviceBuffer<float> part = work.Part(memory, b);
            part.Device.Map(work.Part(source, b), part, part, new Axpy(1));
            work.Pack(work.Encode(b, part), b, destination.Codes);
            part.Device.Map(work.Decode(b, destination.Codes), part, part, new Axpy(-1));
        }
    }

    /// <summary>The codes as they are before they are packed, for masks, noise and encryption: int32, sums of which are taken modulo 2^bits.</summary>
    /// <param name="source">d values, left as they are.</param>
    /// <param name="integers">As many as <see cref="CodeCount"/> says.</param>
    /// <param name="context">Round, the seed that all clients share, rounding bits.</param>
    /// <exception cref="ProtocolException">A value is NaN or infinite, or the norm of a block too large.</exception>
    public void EncodeIntegers(DeviceBuffer<float> source, DeviceBuffer<int> integers, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(integers);
        using var work = new LatticeBlocks(this, source, null, context);
        Throw.IfLengthsDiffer(work.Plan.Padded, integers.Length, "the codes", nameof(integers));
        for (long b = 0; b < work.Plan.Count; b++)
        {
            DeviceBuffer<float> codes = work.Encode(b, work.Part(source, b));
            codes.Device.Map(codes, integers.Slice(b * RotationPlan.Block, codes.Length).Reinterpret<float>(), default(Copy));
        }
    }

    /// <summary>The vector that a sum of codes stands for.</summary>
    /// <param name="sums">Sums of the codes of at most <see cref="Clients"/> clients, in their low bits; others are ignored.</param>
    /// <param name="destination">d values.</param>
    /// <param name="seed">The seed that all clients shared.</param>
    public void DecodeIntegers(DeviceBuffer<int> sums, DeviceBuffer<float> destination, SharedSeed seed)
    {
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentNullException.ThrowIfNull(destination);
        Throw.IfLengthsDiffer(CodeCount(destination.Length), sums.Length, "the codes", nameof(sums));
        using var work = new LatticeBlocks(this, destination.Device, destination.Length, seed);
        for (long b = 0; b < work.Plan.Count; b++)
        {
            DeviceBuffer<float> part = work.Part(destination, b);
            part.Device.Map(work.Decode(b, sums), part, default(Copy));
        }
    }

    /// <summary>sum ← sum + term modulo 2^bits, code by code: the code of the sum of both vectors.</summary>
    /// <param name="sum">Codes; written.</param>
    /// <param name="term">Codes of as many values.</param>
    public void Add(EncodedValues sum, EncodedValues term)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(term);
        Throw.IfLengthsDiffer(sum.Length, term.Length, nameof(sum), nameof(term));
        LatticeBlocks.Add(this, sum, term);
    }

    /// <inheritdoc/>
    public override void Check(long length, ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales)
    {
        // Every code may be one of a sum, so only what is behind the last one has a rule.
        int used = (int)((CodeCount(length) * Bits) % 8);
        if (used > 0 && codes[^1] >> used != 0)
        {
            throw new DataFormatException($"The last byte is {codes[^1]}; it must have {used} bits.");
        }
    }

    /// <inheritdoc/>
    public override void Decode(EncodedValues source, DeviceBuffer<float> destination, SharedSeed? seed) =>
        ForEachBlock(source, destination, seed, static (part, values, _) => part.Device.Map(values, part, default(Copy)), 0);

    /// <inheritdoc/>
    public override void AddTo(EncodedValues source, DeviceBuffer<float> sums, float weight, SharedSeed? seed) =>
        ForEachBlock(source, sums, seed, static (part, values, w) => part.Device.Map(values, part, part, new Axpy(w)), weight);

    /// <inheritdoc/>
    public override void AccumulateTo<TOp>(EncodedValues source, DeviceBuffer<long> integers, TOp op, SharedSeed? seed) =>
        ForEachBlock(source, integers, seed, static (part, values, o) => part.Device.Accumulate(values, part, o), op);

    internal override int SymbolBits => Bits <= 8 ? Bits : 0;

    internal override long SymbolCount(long length) => CodeCount(length);

    internal override (double Largest, double SquaredNorm) Measure(EncodedValues encoded, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        using var work = new LatticeBlocks(this, encoded.Codes.Device, encoded.Length, Required(seed));
        double largest = 0, sum = 0;
        for (long b = 0; b < work.Plan.Count; b++)
        {
            DeviceBuffer<float> values = work.Decode(b, encoded.Codes);
            largest = Math.Max(largest, values.Device.Reduce(values, default(FiniteMaxAbs)));
            sum += values.Device.Reduce(values, default(SquaredL2Norm));
        }

        return (largest, double.IsInfinity(largest) ? double.PositiveInfinity : sum);
    }

    internal static RotationPlan Plan(long length) => new(length, 0);

    private static SharedSeed Required(SharedSeed? seed) =>
        seed ?? throw new ArgumentNullException(nameof(seed), "A rotation is undone with the seed that chose it.");

    private void ForEachBlock<T, TState>(
        EncodedValues source, DeviceBuffer<T> destination, SharedSeed? seed,
        Action<DeviceBuffer<T>, DeviceBuffer<float>, TState> take, TState state)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        Throw.IfLengthsDiffer(source.Length, destination.Length, nameof(source), nameof(destination));
        using var work = new LatticeBlocks(this, destination.Device, source.Length, Required(seed));
        for (long b = 0; b < work.Plan.Count; b++)
        {
            take(work.Part(destination, b), work.Decode(b, source.Codes), state);
        }
    }
}
