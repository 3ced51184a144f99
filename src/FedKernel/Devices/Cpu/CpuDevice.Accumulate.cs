// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void AccumulateCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<long> integers, TOp op)
    {
        float* px = Pointer(x);
        long* pi = Pointer(integers);
        long n = x.Length;
        switch (_width)
        {
            case SimdWidth.Bits512:
                Run(new AccumulateJob<TOp, Simd512Wide, Simd512Long>(px, pi, n, op), n);
                break;
            case SimdWidth.Bits256:
                Run(new AccumulateJob<TOp, Simd256Wide, Simd256Long>(px, pi, n, op), n);
                break;
            case SimdWidth.Bits128:
                Run(new AccumulateJob<TOp, Simd128Wide, Simd128Long>(px, pi, n, op), n);
                break;
            default:
                Run(new AccumulateJob<TOp, ScalarWide, ScalarLong>(px, pi, n, op), n);
                break;
        }
    }

    private protected override void ResolveCore<TOp>(DeviceBuffer<long> integers, DeviceBuffer<float> destination, TOp op)
    {
        long* pi = Pointer(integers);
        float* pd = Pointer(destination);
        long n = destination.Length;
        switch (_width)
        {
            case SimdWidth.Bits512:
                Run(new ResolveJob<TOp, Simd512Wide, Simd512Long>(pi, pd, n, op), n);
                break;
            case SimdWidth.Bits256:
                Run(new ResolveJob<TOp, Simd256Wide, Simd256Long>(pi, pd, n, op), n);
                break;
            case SimdWidth.Bits128:
                Run(new ResolveJob<TOp, Simd128Wide, Simd128Long>(pi, pd, n, op), n);
                break;
            default:
                Run(new ResolveJob<TOp, ScalarWide, ScalarLong>(pi, pd, n, op), n);
                break;
        }
    }

    private readonly struct AccumulateJob<TOp, TWide, TLong>(float* x, long* integers, long length, TOp op) : IChunkedJob
        where TOp : unmanaged, IAccumulate
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        private readonly float* _x = x;
        private readonly long* _integers = integers;
        private readonly long _length = length;
        private readonly TOp _op = op;

        public void Run(long chunk)
        {
            TOp op = _op;
            float* x = _x;
            long* integers = _integers;
            long i = chunk * Chunk, end = Math.Min(i + Chunk, _length), width = TWide.Count;
            for (; i + width <= end; i += width)
            {
                TLong term = op.Invoke<TWide, TLong>(TWide.LoadWidened(x + i));
                TLong.Store(TLong.Load(integers + i) + term, integers + i);
            }

            for (; i < end; i++)
            {
                integers[i] += op.Invoke<ScalarWide, ScalarLong>(new ScalarWide(x[i])).Value;
            }
        }
    }

    private readonly struct ResolveJob<TOp, TWide, TLong>(long* integers, float* destination, long length, TOp op)
        : IChunkedJob
        where TOp : unmanaged, IResolve
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        private readonly long* _integers = integers;
        private readonly float* _destination = destination;
        private readonly long _length = length;
        private readonly TOp _op = op;

        public void Run(long chunk)
        {
            TOp op = _op;
            long* integers = _integers;
            float* d = _destination;
            long i = chunk * Chunk, end = Math.Min(i + Chunk, _length), width = TWide.Count;
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
}
