// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>The diagonal of signs, and the factor, over a run of elements.</summary>
/// <param name="signs">Words as <see cref="Device.DrawSigns"/> lays them out; null for none.</param>
internal readonly unsafe struct SignFlips(uint* signs)
{
    private readonly uint* _signs = signs;

    public bool Any => _signs != null;

    /// <summary>run[i] = ± factor · run[i]</summary>
    /// <param name="run">The run.</param>
    /// <param name="first">Which element of the vector the run begins with.</param>
    /// <param name="count">Elements.</param>
    /// <param name="factor">1 changes no bit.</param>
    public void Apply<TLane, TWord>(float* run, long first, long count, float factor)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        for (long i = first, end = first + count; i < end;)
        {
            // Elements of one row of a tile: neighbouring words, the same bit of each.
            long next = Math.Min(end, (i | 255) + 1);
            float* p = run + (i - first);
            if (_signs == null)
            {
                Scale<TLane, TWord>(p, (int)(next - i), factor);
            }
            else
            {
                uint* words = _signs + (i / Device.SignTile * 256) + (i & 255);
                Flip<TLane, TWord>(p, words, (int)(next - i), 31 - (int)((i >> 8) & 31), factor);
            }

            i = next;
        }
    }

    private static void Flip<TLane, TWord>(float* p, uint* words, int count, int shift, float factor)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        int i = 0;
        for (; i + TLane.Count <= count; i += TLane.Count)
        {
            TLane.Store(One(TLane.Load(p + i) * TLane.Splat(factor), TWord.Load(words + i), shift), p + i);
        }

        for (; i < count; i++)
        {
            p[i] = One(new ScalarLane(p[i] * factor), new ScalarWord(words[i]), shift).Value;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TL One<TL, TW>(TL x, TW word, int left)
            where TL : unmanaged, ILane<TL, TW>
            where TW : unmanaged, IWordLane<TW> => TL.FromBits(TL.ToBits(x) ^ ((word << left) & TW.Splat(0x80000000)));
    }

    private static void Scale<TLane, TWord>(float* p, int count, float factor)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>
    {
        int i = 0;
        for (; i + TLane.Count <= count; i += TLane.Count)
        {
            TLane.Store(TLane.Load(p + i) * TLane.Splat(factor), p + i);
        }

        for (; i < count; i++)
        {
            p[i] *= factor;
        }
    }
}
