// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>What becomes of decoded values.</summary>
internal unsafe interface IDecodeSink
{
    void Put<TLane, TWord, TWide, TLong>(TLane x, long i)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>;
}

/// <summary>They are stored.</summary>
internal readonly unsafe struct StoreSink(float* destination) : IDecodeSink
{
    private readonly float* _destination = destination;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put<TLane, TWord, TWide, TLong>(TLane x, long i)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long> => TLane.Store(x, _destination + i);
}

/// <summary>They are added with a weight.</summary>
internal readonly unsafe struct AddSink(float* sums, float weight) : IDecodeSink
{
    private readonly float* _sums = sums;
    private readonly float _weight = weight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put<TLane, TWord, TWide, TLong>(TLane x, long i)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long> =>
        TLane.Store(TLane.Load(_sums + i) + (x * TLane.Splat(_weight)), _sums + i);
}

/// <summary>They are accumulated.</summary>
internal readonly unsafe struct AccumulateSink<TSum>(long* integers, TSum sum) : IDecodeSink
    where TSum : unmanaged, IAccumulate
{
    private readonly long* _integers = integers;
    private readonly TSum _sum = sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put<TLane, TWord, TWide, TLong>(TLane x, long i)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        long* at = _integers + i;
        TLong low = TLong.Load(at) + Admitted.Term<TSum, TWide, TLong>(_sum, TWide.WidenLower(x));
        TLong.Store(low, at);
        if (TLane.Count > TWide.Count)
        {
            at += TWide.Count;
            TLong.Store(TLong.Load(at) + Admitted.Term<TSum, TWide, TLong>(_sum, TWide.WidenUpper(x)), at);
        }
    }
}
