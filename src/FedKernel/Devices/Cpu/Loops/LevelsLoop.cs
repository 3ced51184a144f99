// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// The nearest level: every boundary is compared with. A search of halves would need a load from a different address for each
/// element, and there are few boundaries: 7 for 4 bits.
/// </summary>
internal readonly unsafe struct FindLevelsLoop(float* values, float* boundaries, int count, uint* codes, long length) : ILoop
{
    private readonly float* _values = values, _boundaries = boundaries;
    private readonly uint* _codes = codes;
    private readonly long _length = length;
    private readonly int _count = count;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        for (; i + (4 * TLane.Count) <= end; i += 4 * TLane.Count)
        {
            Four<TLane, TWord>(_values + i, _codes + i);
        }

        for (; i < end; i++)
        {
            var x = new ScalarLane(_values[i]);
            ScalarWord code = Negative<ScalarLane, ScalarWord>(x);
            for (int b = 0; b < _count; b++)
            {
                code += Reached<ScalarLane, ScalarWord>(ScalarLane.Abs(x), new ScalarLane(_boundaries[b]));
            }

            _codes[i] = code.Value;
        }
    }

    private void Four<TLane, TWord>(float* values, uint* codes)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TLane x0 = TLane.Load(values), x1 = TLane.Load(values + TLane.Count);
        TLane x2 = TLane.Load(values + (2 * TLane.Count)), x3 = TLane.Load(values + (3 * TLane.Count));
        TWord c0 = Negative<TLane, TWord>(x0), c1 = Negative<TLane, TWord>(x1);
        TWord c2 = Negative<TLane, TWord>(x2), c3 = Negative<TLane, TWord>(x3);
        (x0, x1, x2, x3) = (TLane.Abs(x0), TLane.Abs(x1), TLane.Abs(x2), TLane.Abs(x3));
        for (int b = 0; b < _count; b++)
        {
            TLane boundary = TLane.Splat(_boundaries[b]);
            c0 += Reached<TLane, TWord>(x0, boundary);
            c1 += Reached<TLane, TWord>(x1, boundary);
            c2 += Reached<TLane, TWord>(x2, boundary);
            c3 += Reached<TLane, TWord>(x3, boundary);
        }

        TWord.Store(c0, codes);
        TWord.Store(c1, codes + TLane.Count);
        TWord.Store(c2, codes + (2 * TLane.Count));
        TWord.Store(c3, codes + (3 * TLane.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord Reached<TLane, TWord>(TLane magnitude, TLane boundary)
        where TLane : unmanaged, ILane<TLane, TWord>
        where TWord : unmanaged, IWordLane<TWord> => TLane.ToBits(TLane.SelectGreater(
            boundary, magnitude, TLane.FromBits(TWord.Splat(0)), TLane.FromBits(TWord.Splat(1))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TWord Negative<TLane, TWord>(TLane x)
        where TLane : unmanaged, ILane<TLane, TWord>
        where TWord : unmanaged, IWordLane<TWord> => TLane.ToBits(TLane.SelectGreater(
            TLane.Splat(0), x, TLane.FromBits(TWord.Splat((uint)_count + 1)), TLane.FromBits(TWord.Splat(0))));
}

/// <summary>The levels of codes: the book stays in the first cache.</summary>
internal readonly unsafe struct TakeLevelsLoop(uint* codes, float* magnitudes, int count, float* destination, long length) : ILoop
{
    private readonly uint* _codes = codes, _magnitudes = (uint*)magnitudes, _destination = (uint*)destination;
    private readonly long _length = length;
    private readonly int _count = count;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long begin = chunk * CpuDevice.Chunk, end = Math.Min(begin + CpuDevice.Chunk, _length);
        uint mask = (uint)_count - 1;
        int toSign = 31 - System.Numerics.BitOperations.Log2((uint)_count);
        for (long i = begin; i < end; i++)
        {
            uint code = _codes[i];
            _destination[i] = _magnitudes[code & mask] ^ ((code << toSign) & 0x80000000);
        }
    }
}
