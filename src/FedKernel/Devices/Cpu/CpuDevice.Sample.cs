// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private const int Tile = 256;

    private protected override void SampleCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile)
    {
        float* ps = Pointer(source), pd = Pointer(destination);
        long n = destination.Length;
        switch (_width)
        {
            case SimdWidth.Bits512:
                Run(new SampleJob<TOp, Simd512Lane, Simd512Word>(ps, pd, n, op, firstTile), n);
                break;
            case SimdWidth.Bits256:
                Run(new SampleJob<TOp, Simd256Lane, Simd256Word>(ps, pd, n, op, firstTile), n);
                break;
            case SimdWidth.Bits128:
                Run(new SampleJob<TOp, Simd128Lane, Simd128Word>(ps, pd, n, op, firstTile), n);
                break;
            default:
                Run(new SampleJob<TOp, ScalarLane, ScalarWord>(ps, pd, n, op, firstTile), n);
                break;
        }
    }

    private readonly struct SampleJob<TOp, TLane, TWord>(
        float* source, float* destination, long length, TOp op, long firstTile) : IChunkedJob
        where TOp : unmanaged, ISample
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdLane<TLane, float>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        private readonly float* _source = source, _destination = destination;
        private readonly long _length = length, _firstTile = firstTile;
        private readonly TOp _op = op;

        public void Run(long chunk)
        {
            long i = chunk * Chunk, end = Math.Min(i + Chunk, _length);
            for (; i + Tile <= end; i += Tile)
            {
                RunTile(_source + i, _destination + i, i);
            }

            if (i < end)
            {
                float* padded = stackalloc float[Tile];
                long rest = end - i;
                new ReadOnlySpan<float>(_source + i, (int)rest).CopyTo(new Span<float>(padded, Tile));
                RunTile(padded, padded, i);
                new ReadOnlySpan<float>(padded, (int)rest).CopyTo(new Span<float>(_destination + i, (int)rest));
            }
        }

        private void RunTile(float* source, float* destination, long element)
        {
            TOp op = _op;
            var block = TWord.Splat((uint)(16 * (_firstTile + (element / Tile)))) + TWord.Positions;
            for (int l = 0; l < 16; l += TLane.Count)
            {
                Block16<TLane> b = op.Draw<TLane, TWord>(block + TWord.Splat((uint)l));
                Put(op, source + l, destination + l, b.R0);
                Put(op, source + l + 16, destination + l + 16, b.R1);
                Put(op, source + l + 32, destination + l + 32, b.R2);
                Put(op, source + l + 48, destination + l + 48, b.R3);
                Put(op, source + l + 64, destination + l + 64, b.R4);
                Put(op, source + l + 80, destination + l + 80, b.R5);
                Put(op, source + l + 96, destination + l + 96, b.R6);
                Put(op, source + l + 112, destination + l + 112, b.R7);
                Put(op, source + l + 128, destination + l + 128, b.R8);
                Put(op, source + l + 144, destination + l + 144, b.R9);
                Put(op, source + l + 160, destination + l + 160, b.R10);
                Put(op, source + l + 176, destination + l + 176, b.R11);
                Put(op, source + l + 192, destination + l + 192, b.R12);
                Put(op, source + l + 208, destination + l + 208, b.R13);
                Put(op, source + l + 224, destination + l + 224, b.R14);
                Put(op, source + l + 240, destination + l + 240, b.R15);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(TOp op, float* source, float* destination, TLane sample) =>
            TLane.Store(op.Apply<TLane, TWord>(TLane.Load(source), sample), destination);
    }
}
