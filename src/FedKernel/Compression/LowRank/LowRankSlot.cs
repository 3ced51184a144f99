// SPDX-License-Identifier: Apache-2.0
using FedKernel.Updates;

namespace FedKernel.Compression.LowRank;

/// <summary>How one tensor of a layout travels: as two factors, or as it is.</summary>
/// <param name="Slot">The tensor.</param>
/// <param name="Rows">n: its first dimension; 1 if it has none.</param>
/// <param name="Columns">c: the product of the others.</param>
/// <param name="Rank">Columns of each factor; 0 if the tensor travels as it is.</param>
/// <param name="FactorOffset">Where its values begin among those that travel: P, n × Rank row by row, then Qᵀ, Rank × c row by row.</param>
/// <param name="StateOffset">Where its warm Qᵀ begins in the client's state.</param>
internal readonly record struct LowRankSlot(ParameterSlot Slot, long Rows, long Columns, int Rank, long FactorOffset, long StateOffset)
{
    /// <summary>Values that travel.</summary>
    public long FactorLength => Rank == 0 ? Slot.Length : Rank * (Rows + Columns);

    /// <summary>Values of its warm Qᵀ.</summary>
    public long StateLength => Rank * Columns;

    public long LeftLength => Rank * Rows;

    public long RightOffset => FactorOffset + LeftLength;

    /// <summary>The slots of a layout, behind one another.</summary>
    /// <param name="layout">How updates are read.</param>
    /// <param name="rank">r: a tensor gets min(r, n, c), or travels as it is where factors would not be shorter.</param>
    public static LowRankSlot[] Of(ParameterLayout layout, int rank)
    {
        var slots = new LowRankSlot[layout.Slots.Count];
        long factors = 0, state = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            ParameterSlot slot = layout.Slots[i];
            long rows = slot.Shape.Count > 0 ? slot.Shape[0] : 1, columns = slot.Length / rows;
            long used = Math.Min(rank, Math.Min(rows, columns));
            bool isShorter = slot.Shape.Count >= 2 && (Int128)used * (rows + columns) < slot.Length;
            slots[i] = new LowRankSlot(slot, rows, columns, isShorter ? (int)used : 0, factors, state);
            factors += slots[i].FactorLength;
            state += slots[i].StateLength;
        }

        return slots;
    }
}
