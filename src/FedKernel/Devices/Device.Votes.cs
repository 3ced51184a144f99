// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>Planes of bits that counters have at most: counts below 2³⁰.</summary>
    internal const int MaximumVotePlanes = 30;

    /// <summary>Adds fifteen rows of bits to bit-sliced counters modulo 2^planes, in one pass.</summary>
    /// <param name="rows">15 · w words, row after row; a row that is not needed is 0.</param>
    /// <param name="planes">planeCount · w words: bit p of all counts, then bit p + 1.</param>
    /// <param name="planeCount">4 to 30.</param>
    internal void CountVotes(DeviceBuffer<uint> rows, DeviceBuffer<uint> planes, int planeCount)
    {
        Check(rows);
        long words = CheckPlanes(planes, planeCount);
        Throw.IfLengthsDiffer(FifteenVotes.Rows * words, rows.Length, "fifteen rows", nameof(rows));
        RefuseAnyOverlap(rows, planes, nameof(rows));
        CountVotesCore(rows, planes, planeCount, words);
    }

    /// <summary>Bit b of the destination is 1 where count b reaches the threshold.</summary>
    /// <param name="planes">As <see cref="CountVotes"/> leaves them.</param>
    /// <param name="planeCount">4 to 30.</param>
    /// <param name="threshold">1 to 2^planes − 1.</param>
    /// <param name="destination">w words.</param>
    internal void DecideVotes(DeviceBuffer<uint> planes, int planeCount, int threshold, DeviceBuffer<uint> destination)
    {
        Check(destination);
        long words = CheckPlanes(planes, planeCount);
        Throw.IfNotInRange(threshold, 1, (1 << planeCount) - 1);
        Throw.IfLengthsDiffer(words, destination.Length, "a plane", nameof(destination));
        RefuseAnyOverlap(planes, destination, nameof(planes));
        DecideVotesCore(planes, planeCount, threshold, destination);
    }

    private protected abstract void CountVotesCore(DeviceBuffer<uint> rows, DeviceBuffer<uint> planes, int planeCount, long words);

    private protected abstract void DecideVotesCore(
        DeviceBuffer<uint> planes, int planeCount, int threshold, DeviceBuffer<uint> destination);

    private long CheckPlanes(DeviceBuffer<uint> planes, int planeCount)
    {
        Check(planes);
        Throw.IfNotInRange(planeCount, FifteenVotes.Planes, MaximumVotePlanes);
        long words = planes.Length / planeCount;
        Throw.IfLengthsDiffer(words * planeCount, planes.Length, "planes of one length", nameof(planes));
        return words;
    }
}
