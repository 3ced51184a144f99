// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shapes Generate and Map.</summary>
internal readonly unsafe struct MapLoop<TOp, TStore>(float* x, float* y, float* destination, long length, TOp op) : ILoop
    where TOp : unmanaged, IMap2
    where TStore : struct, IStore
{
    private readonly float* _x = x, _y = y, _destination = destination;
    private readonly long _length = length;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        TOp op = _op;
        float* x = _x, y = default(TOp) is IFirstOnly ? _x : _y, d = _destination;
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length), width = TLane.Count;
        for (long aligned = Math.Min(end, i + Heads.Of<TStore>(d + i, TLane.Count)); i < aligned; i++)
        {
            d[i] = One(op, x[i], y[i]);
        }

        for (; i + (4 * width) <= end; i += 4 * width)
        {
            // All loads before the first store: more of them are on their way at once.
            TLane r0 = op.Invoke<TLane, TWord>(TLane.Load(x + i), TLane.Load(y + i));
            TLane r1 = op.Invoke<TLane, TWord>(TLane.Load(x + i + width), TLane.Load(y + i + width));
            TLane r2 = op.Invoke<TLane, TWord>(TLane.Load(x + i + (2 * width)), TLane.Load(y + i + (2 * width)));
            TLane r3 = op.Invoke<TLane, TWord>(TLane.Load(x + i + (3 * width)), TLane.Load(y + i + (3 * width)));
            TStore.Store(r0, d + i);
            TStore.Store(r1, d + i + width);
            TStore.Store(r2, d + i + (2 * width));
            TStore.Store(r3, d + i + (3 * width));
        }

        for (; i + width <= end; i += width)
        {
            TStore.Store(op.Invoke<TLane, TWord>(TLane.Load(x + i), TLane.Load(y + i)), d + i);
        }

        for (; i < end; i++)
        {
            d[i] = One(op, x[i], y[i]);
        }
    }

    private static float One(TOp op, float x, float y) =>
        op.Invoke<ScalarLane, ScalarWord>(new ScalarLane(x), new ScalarLane(y)).Value;
}
