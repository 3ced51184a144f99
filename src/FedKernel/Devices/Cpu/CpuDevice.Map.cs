// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void GenerateCore<TOp>(DeviceBuffer<float> destination, TOp op) =>
        MapCore(destination, destination, destination, new GeneratedMap<TOp>(op));

    private protected override void MapCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> destination, TOp op) =>
        MapCore(x, x, destination, new FirstOnlyMap<TOp>(op));

    private protected override void MapCore<TOp>(
        DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
    {
        float* px = Pointer(x), py = Pointer(y), pd = Pointer(destination);
        long n = destination.Length;
        switch (_width)
        {
            case SimdWidth.Bits512:
                Run(new MapJob<TOp, Simd512Lane, Simd512Word>(px, py, pd, n, op), n);
                break;
            case SimdWidth.Bits256:
                Run(new MapJob<TOp, Simd256Lane, Simd256Word>(px, py, pd, n, op), n);
                break;
            case SimdWidth.Bits128:
                Run(new MapJob<TOp, Simd128Lane, Simd128Word>(px, py, pd, n, op), n);
                break;
            default:
                Run(new MapJob<TOp, ScalarLane, ScalarWord>(px, py, pd, n, op), n);
                break;
        }
    }

    /// <summary>One loop for every map: a formula that ignores an input costs a load that the cache has anyway.</summary>
    private readonly struct MapJob<TOp, TLane, TWord>(float* x, float* y, float* destination, long length, TOp op)
        : IChunkedJob
        where TOp : unmanaged, IMap2
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdLane<TLane, float>
        where TWord : unmanaged, IWordLane<TWord>
    {
        private readonly float* _x = x, _y = y, _destination = destination;
        private readonly long _length = length;
        private readonly TOp _op = op;

        public void Run(long chunk)
        {
            TOp op = _op;
            float* x = _x, y = _y, d = _destination;
            long i = chunk * Chunk, end = Math.Min(i + Chunk, _length), width = TLane.Count;
            for (; i + width <= end; i += width)
            {
                TLane.Store(op.Invoke<TLane, TWord>(TLane.Load(x + i), TLane.Load(y + i)), d + i);
            }

            for (; i < end; i++)
            {
                d[i] = op.Invoke<ScalarLane, ScalarWord>(new ScalarLane(x[i]), new ScalarLane(y[i])).Value;
            }
        }
    }
}
