// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>A piece of a vector that one thread picks from: its elements are all from one stretch of <see cref="Length"/> indices.</summary>
internal struct Segment
{
    /// <summary>Elements of the dense vector that a segment stands for: what is picked from them fits the stack.</summary>
    public const int Length = 8192;

    /// <summary>Segments that a thread takes at once.</summary>
    public const int PerChunk = 8;

    /// <summary>Where its values begin.</summary>
    public long Start;

    /// <summary>How many they are.</summary>
    public int Count;
}

/// <summary>What is picked, in the order of the indices; registers are stored whole, so there is one more behind the end.</summary>
internal unsafe ref struct Picked
{
    /// <summary>Elements of a buffer.</summary>
    public const int Room = Segment.Length + 16;

    public uint* Indices, Values;

    public int Count;
}

/// <summary>Picks magnitudes from a threshold on out of a segment.</summary>
internal static unsafe class Picking
{
    private const uint Sign = 0x8000_0000;

    // How far ahead memory is asked for, in elements: the processor's own foresight ends at a page.
    private const int Ahead = 4096;

    /// <summary>Picks from neighbours, the first of which is called <paramref name="first"/>.</summary>
    public static void Dense<TWord>(ref Picked picked, uint* values, int count, uint first, uint threshold)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TWord least = TWord.Splat(threshold), magnitude = TWord.Splat(~Sign);
        int i = 0, width = TWord.Count;
        for (; i + (4 * width) <= count; i += 4 * width)
        {
            AskFor<TWord>(values + i);
            TWord m0 = TWord.Load(values + i) & magnitude, m1 = TWord.Load(values + i + width) & magnitude;
            TWord m2 = TWord.Load(values + i + (2 * width)) & magnitude, m3 = TWord.Load(values + i + (3 * width)) & magnitude;
            if (TWord.AtLeast(TWord.Max(TWord.Max(m0, m1), TWord.Max(m2, m3)), least) != 0)
            {
                Put(ref picked, TWord.Load(values + i), Names<TWord>(first, i), m0, least);
                Put(ref picked, TWord.Load(values + i + width), Names<TWord>(first, i + width), m1, least);
                Put(ref picked, TWord.Load(values + i + (2 * width)), Names<TWord>(first, i + (2 * width)), m2, least);
                Put(ref picked, TWord.Load(values + i + (3 * width)), Names<TWord>(first, i + (3 * width)), m3, least);
            }
        }

        for (; i < count; i++)
        {
            PutOne(ref picked, values[i], first + (uint)i, threshold);
        }
    }

    /// <summary>Picks from elements that have indices of their own.</summary>
    public static void Sparse<TWord>(ref Picked picked, uint* values, uint* indices, int count, uint threshold)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TWord least = TWord.Splat(threshold), magnitude = TWord.Splat(~Sign);
        int i = 0, width = TWord.Count;
        for (; i + width <= count; i += width)
        {
            TWord value = TWord.Load(values + i);
            Put(ref picked, value, TWord.Load(indices + i), value & magnitude, least);
        }

        for (; i < count; i++)
        {
            PutOne(ref picked, values[i], indices[i], threshold);
        }
    }

    /// <summary>The magnitudes from each of two thresholds on.</summary>
    public static (int AtLeast, int Above) Count<TWord>(uint* values, int count, uint threshold)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TWord least = TWord.Splat(threshold), more = TWord.Splat(threshold + 1), magnitude = TWord.Splat(~Sign);
        int i = 0, width = TWord.Count, atLeast = 0, above = 0;
        for (; i + width <= count; i += width)
        {
            AskFor<TWord>(values + i);
            TWord m = TWord.Load(values + i) & magnitude;
            atLeast += BitOperations.PopCount(TWord.AtLeast(m, least));
            above += BitOperations.PopCount(TWord.AtLeast(m, more));
        }

        for (; i < count; i++)
        {
            uint m = values[i] & ~Sign;
            atLeast += m >= threshold ? 1 : 0;
            above += m > threshold ? 1 : 0;
        }

        return (atLeast, above);
    }

    public static void PutOne(ref Picked picked, uint value, uint index, uint threshold)
    {
        if ((value & ~Sign) >= threshold)
        {
            picked.Indices[picked.Count] = index;
            picked.Values[picked.Count] = value;
            picked.Count++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TWord>(ref Picked picked, TWord value, TWord index, TWord magnitude, TWord least)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TWord.StoreWhereAtLeast(index, magnitude, least, picked.Indices + picked.Count);
        TWord.StoreWhereAtLeast(value, magnitude, least, picked.Values + picked.Count);
        picked.Count += BitOperations.PopCount(TWord.AtLeast(magnitude, least));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord Names<TWord>(uint first, int i)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord> => TWord.Splat(first + (uint)i) + TWord.Positions;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AskFor<TWord>(uint* values)
        where TWord : unmanaged, ISimdWordLane<TWord>
    {
        // Once for each line.
        if (Sse.IsSupported && TWord.Count == 16)
        {
            Sse.Prefetch0(values + Ahead);
        }
    }
}
