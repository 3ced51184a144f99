// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

/// <summary>One shape's loop over one chunk of the work, written once for registers of every width.</summary>
internal interface ILoop
{
    /// <summary>Does chunk <paramref name="chunk"/>. An explicit implementation inherits the constraints.</summary>
    /// <typeparam name="TLane">Floats.</typeparam>
    /// <typeparam name="TWord">As many uint32.</typeparam>
    /// <typeparam name="TWide">Half as many float64.</typeparam>
    /// <typeparam name="TLong">Half as many int64.</typeparam>
    /// <param name="chunk">Which chunk, from 0.</param>
    void Run<TLane, TWord, TWide, TLong>(long chunk)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>;
}

/// <summary>A loop with the registers chosen: what the pool runs.</summary>
internal readonly struct AtWidth<TLoop, TLane, TWord, TWide, TLong>(TLoop loop) : IChunkedJob
    where TLoop : unmanaged, ILoop
    where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
    where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
    where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
{
    private readonly TLoop _loop = loop;

    public void Run(long chunk) => _loop.Run<TLane, TWord, TWide, TLong>(chunk);
}
