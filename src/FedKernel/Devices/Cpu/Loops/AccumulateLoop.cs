// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Accumulate over one row.</summary>
internal readonly unsafe struct AccumulateLoop<TOp>(float* x, long* integers, long length, TOp op) : ILoop
    where TOp : unmanaged, IAccumulate
{
    private readonly float* _x = x;
    private readonly long* _integers = integers;
    private readonly long _length = length;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        TOp op = _op;
        float* x = _x;
        long* integers = _integers;
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length), width = TWide.Count;
        for (; i + width <= end; i += width)
        {
            TLong term = Admitted.Term<TOp, TWide, TLong>(op, TWide.LoadWidened(x + i));
            TLong.Store(TLong.Load(integers + i) + term, integers + i);
        }

        for (; i < end; i++)
        {
            integers[i] += Admitted.Term<TOp, ScalarWide, ScalarLong>(op, new ScalarWide(x[i])).Value;
        }
    }
}
