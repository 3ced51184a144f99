// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Resolve.</summary>
internal readonly unsafe struct ResolveLoop<TOp>(long* integers, float* destination, long length, TOp op) : ILoop
    where TOp : unmanaged, IResolve
{
    private readonly long* _integers = integers;
    private readonly float* _destination = destination;
    private readonly long _length = length;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        TOp op = _op;
        long* integers = _integers;
        float* d = _destination;
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length), width = TWide.Count;
        for (; i + width <= end; i += width)
        {
            TWide.StoreNarrowed(op.Invoke<TWide, TLong>(TLong.Load(integers + i)), d + i);
        }

        for (; i < end; i++)
        {
            d[i] = (float)op.Invoke<ScalarWide, ScalarLong>(new ScalarLong(integers[i])).Value;
        }
    }
}
