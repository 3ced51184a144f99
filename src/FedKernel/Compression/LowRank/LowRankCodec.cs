// SPDX-License-Identifier: Apache-2.0
// PowerSGD · T. Vogels et al., "PowerSGD: practical low-rank gradient compression for distributed optimization", NeurIPS 2019,
// algorithm 1, one step of subspace iteration from a warm start (section 3).
//   P = M Q;   P = orthonormal(P);   Q = Mᵀ P;   M ≈ P Qᵀ
// Parameter: r, 1 to 64: the rank of every matrix that travels.
// Different here: a column of P that depends on the others, or is 0, becomes 0 instead of being divided by an ε, so zeros stay zeros; the
// warm Q is kept orthonormal, so its scale is not that of M and the products do not overflow before M does; a column of it that was
// lost starts anew. One message a round: what travels is P and Q.
//
// What commutes. With the same Q at every client (the first round, or without warm starts) Σₖ Mₖ Q = (Σₖ Mₖ) Q, and with the same P
// Σₖ Mₖᵀ P = (Σₖ Mₖ)ᵀ P, up to float32 rounding: the paper sums P over clients, orthonormalises the sum once, and sums Q, in two trips. Here P
// is orthonormalised by each client and Q is its own, so P Qᵀ adds up, but P and Q by themselves do not: codes do not commute.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Compression.LowRank;

/// <summary>Matrices of an update as two factors of rank r, other tensors as they are: d values to one vector of fewer values and back.</summary>
/// <remarks>
/// <para><b>How it is used.</b> <see cref="Encode"/> gives <see cref="FactorLength"/> values, which any quantizer encodes as a vector;
/// the receiver hands what it decoded to <see cref="Decode"/>, <see cref="AddTo"/> or <see cref="AccumulateTo"/>. A client keeps one vector of
/// <see cref="StateLength"/> values between rounds, all zero at first.</para>
/// <para><b>Promise.</b> Biased; ‖M − P Qᵀ‖ ≤ ‖M‖ up to rounding, hence meant for error feedback. Immutable, the same bits on every device.</para>
/// <para><b>Cost.</b> 2r passes over the matrices to encode, one launch for each row of a matrix to decode.</para>
/// </remarks>
internal sealed class LowRankCodec
{
    public const int MaximumRank = 64;

    private const long Window = 1 << 16;

    private readonly LowRankSlot[] _slots;
    private readonly SharedSeed _start;

    /// <summary>A codec for updates of a layout.</summary>
    /// <param name="layout">How updates are read; tensors of rank ≥ 2 are folded to [first, others].</param>
    /// <param name="rank">r, 1 to 64.</param>
    /// <param name="start">Public bits of the first Q; by default those of the layout, the same for all clients.</param>
    public LowRankCodec(ParameterLayout layout, int rank, SharedSeed? start = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Throw.IfNotInRange(rank, 1, MaximumRank);
        (Layout, Rank, _start) = (layout, rank, start ?? new SharedSeed(layout.Fingerprint));
        _slots = LowRankSlot.Of(layout, rank);
        FactorLength = _slots.Sum(s => s.FactorLength);
        StateLength = _slots.Sum(s => s.StateLength);
        foreach (LowRankSlot slot in _slots.Where(s => s.Rank > 0))
        {
            // Factors are orthonormalised on the host.
            Throw.IfNotInRange(Math.Max(slot.Rows, slot.Columns) * slot.Rank, 1, Array.MaxLength / sizeof(double), $"values of a factor of '{slot.Slot.Name}'");
        }
    }

    /// <summary>How updates are read.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>r.</summary>
    public int Rank { get; }

    /// <summary>Values that travel.</summary>
    public long FactorLength { get; }

    /// <summary>Values that a client keeps: a Qᵀ for each matrix.</summary>
    public long StateLength { get; }

    /// <summary>What it promises; lossless if every tensor travels as it is.</summary>
    public StageTraits Traits => StateLength == 0 ? StageTraits.Lossless : new StageTraits(false, 1, false);

    internal IReadOnlyList<LowRankSlot> Slots => _slots;

    /// <summary>One step of subspace iteration.</summary>
    /// <param name="source">d values, left as they are.</param>
    /// <param name="factors"><see cref="FactorLength"/> values, written.</param>
    /// <param name="warm"><see cref="StateLength"/> values: what the last round gave, zero for what it did not. Left as they are.</param>
    /// <param name="nextWarm">As many, written: the caller swaps the two once everything behind it succeeded.</param>
    /// <exception cref="ProtocolException">A value, or a factor of them, is NaN or infinite.</exception>
    public void Encode(DeviceBuffer<float> source, DeviceBuffer<float> factors, DeviceBuffer<float> warm, DeviceBuffer<float> nextWarm)
    {
        ArgumentNullException.ThrowIfNull(warm);
        ArgumentNullException.ThrowIfNull(nextWarm);
        Check(source, factors);
        Throw.IfLengthsDiffer(StateLength, warm.Length, "the state", nameof(warm));
        Throw.IfLengthsDiffer(StateLength, nextWarm.Length, "the state", nameof(nextWarm));
        FiniteValues.Require(source);
        for (int i = 0; i < _slots.Length; i++)
        {
            LowRankSlot slot = _slots[i];
            DeviceBuffer<float> values = source.Slice(slot.Slot.Offset, slot.Slot.Length), own = factors.Slice(slot.FactorOffset, slot.FactorLength);
            if (slot.Rank == 0)
            {
                source.Device.Map(values, own, default(Copy));
                continue;
            }

            float[] right = warm.Slice(slot.StateOffset, slot.StateLength).ToArray();
            Restart(right, slot, i);
            SubspaceIteration.Step(new DeviceMatrix(values, slot.Rows, slot.Columns), slot, right, own);
            nextWarm.CopyFrom(right, slot.StateOffset);
        }
    }

    /// <summary>destination = P Qᵀ, and the tensors that travelled as they are.</summary>
    /// <param name="factors"><see cref="FactorLength"/> values.</param>
    /// <param name="destination">d values; every one is written.</param>
    public void Decode(DeviceBuffer<float> factors, DeviceBuffer<float> destination) =>
        ForEachWindow(factors, destination, (window, part) => window.Device.Map(window, part, default(Copy)));

    /// <summary>sums[i] = sums[i] + x[i] · weight, in float32, x as <see cref="Decode"/> gives it; no dense copy is made.</summary>
    /// <param name="factors"><see cref="FactorLength"/> values.</param>
    /// <param name="sums">d values.</param>
    /// <param name="weight">Finite; −1 leaves what did not travel.</param>
    public void AddTo(DeviceBuffer<float> factors, DeviceBuffer<float> sums, float weight) =>
        ForEachWindow(factors, sums, (window, part) => window.Device.Map(window, part, part, new Axpy(weight)));

    /// <summary>integers[i] += op(x[i]), x as <see cref="Decode"/> gives it; no dense copy is made.</summary>
    /// <param name="factors"><see cref="FactorLength"/> values.</param>
    /// <param name="integers">d values.</param>
    /// <param name="op">Kernel.</param>
    public void AccumulateTo<TOp>(DeviceBuffer<float> factors, DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate =>
        ForEachWindow(factors, integers, (window, part) => window.Device.Accumulate(window, part, op));

    /// <summary>max |x|, +∞ if one is not finite, and Σ x² in float64, window behind window, over what <see cref="Decode"/> gives.</summary>
    /// <param name="factors"><see cref="FactorLength"/> values.</param>
    public (double Largest, double SquaredNorm) Measure(DeviceBuffer<float> factors)
    {
        double largest = 0, squared = 0;
        ForEachWindow<float>(factors, null, (window, _) =>
        {
            largest = Math.Max(largest, window.Device.Reduce(window, default(FiniteMaxAbs)));
            squared += window.Device.Reduce(window, default(SquaredL2Norm));
        });
        return (largest, squared);
    }

    /// <summary>Columns that are 0, at first all, start anew: a rank once lost would be lost for ever.</summary>
    private void Restart(float[] right, LowRankSlot slot, int index)
    {
        float[]? start = null;
        for (int j = 0; j < slot.Rank; j++)
        {
            Span<float> vector = right.AsSpan(checked((int)(j * slot.Columns)), (int)slot.Columns);
            if (vector.IndexOfAnyExcept(0f) < 0)
            {
                if (start is null)
                {
                    start = new float[right.Length];
                    LowRankStart.Fill(_start, index, start);
                }

                start.AsSpan((int)(j * slot.Columns), vector.Length).CopyTo(vector);
            }
        }

        if (start is not null)
        {
            Orthonormal.Make(right, slot.Rank);
        }
    }

    /// <summary>Hands out windows of decoded values with the same elements of a dense vector.</summary>
    private void ForEachWindow<T>(DeviceBuffer<float> factors, DeviceBuffer<T>? dense, Action<DeviceBuffer<float>, DeviceBuffer<T>> take)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(factors);
        Throw.IfLengthsDiffer(FactorLength, factors.Length, "the factors", nameof(factors));
        if (dense is not null)
        {
            Throw.IfLengthsDiffer(Layout.Length, dense.Length, "the layout", nameof(dense));
        }

        foreach (LowRankSlot slot in _slots)
        {
            if (slot.Rank == 0)
            {
                take(factors.Slice(slot.FactorOffset, slot.FactorLength), dense?.Slice(slot.Slot.Offset, slot.Slot.Length)!);
                continue;
            }

            var right = new DeviceMatrix(factors.Slice(slot.RightOffset, slot.StateLength), slot.Rank, slot.Columns);
            long rows = Math.Clamp(Window / slot.Columns, 1, slot.Rows);
            using DeviceBuffer<float> window = factors.Device.Allocate<float>(rows * slot.Columns);
            for (long first = 0; first < slot.Rows; first += rows)
            {
                long count = Math.Min(rows, slot.Rows - first);
                for (long r = 0; r < count; r++)
                {
                    factors.Device.RowCombine(
                        right, factors.Slice(slot.FactorOffset + ((first + r) * slot.Rank), slot.Rank), window.Slice(r * slot.Columns, slot.Columns),
                        default(WeightedSum));
                }

                take(
                    window.Slice(0, count * slot.Columns),
                    dense?.Slice(slot.Slot.Offset + (first * slot.Columns), count * slot.Columns)!);
            }
        }
    }

    private void Check(DeviceBuffer<float> source, DeviceBuffer<float> factors)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(factors);
        Throw.IfLengthsDiffer(Layout.Length, source.Length, "the layout", nameof(source));
        Throw.IfLengthsDiffer(FactorLength, factors.Length, "the factors", nameof(factors));
    }
}
