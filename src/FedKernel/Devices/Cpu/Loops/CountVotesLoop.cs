// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>The verb CountVotes: a register of fifteen rows becomes four, which are added to the planes with a carry.</summary>
internal readonly unsafe struct CountVotesLoop(uint* rows, uint* planes, int planeCount, long words) : ILoop
{
    private readonly uint* _rows = rows, _planes = planes;
    private readonly int _planeCount = planeCount;
    private readonly long _words = words;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _words);
        for (; i + TWord.Count <= end; i += TWord.Count)
        {
            Step<TWord>(i);
        }

        for (; i < end; i++)
        {
            Step<ScalarWord>(i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step<TWord>(long i)
        where TWord : unmanaged, IWordLane<TWord>, ISimdLane<TWord, uint>
    {
        FifteenVotes.Count(
            new Rows<TWord>(_rows + i, _words), out TWord ones, out TWord twos, out TWord fours, out TWord eights);
        uint* plane = _planes + i;
        TWord carry = Plane(plane, ones, TWord.Splat(0));
        carry = Plane(plane + _words, twos, carry);
        carry = Plane(plane + (2 * _words), fours, carry);
        carry = Plane(plane + (3 * _words), eights, carry);
        for (int p = FifteenVotes.Planes; p < _planeCount; p++)
        {
            carry = Plane(plane + (p * _words), carry, TWord.Splat(0));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord Plane<TWord>(uint* plane, TWord bits, TWord carry)
        where TWord : unmanaged, IWordLane<TWord>, ISimdLane<TWord, uint>
    {
        TWord.Store(FifteenVotes.Add(TWord.Load(plane), bits, carry, out TWord next), plane);
        return next;
    }

    private readonly struct Rows<TWord>(uint* first, long stride) : IVoteRows<TWord>
        where TWord : unmanaged, IWordLane<TWord>, ISimdLane<TWord, uint>
    {
        private readonly uint* _first = first;
        private readonly long _stride = stride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TWord Row(int number) => TWord.Load(_first + (number * _stride));
    }
}
