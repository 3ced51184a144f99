// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>The verb DecideVotes: counts are compared with one number, plane after plane from the lowest.</summary>
internal readonly unsafe struct DecideVotesLoop(uint* planes, int planeCount, int threshold, uint* destination, long words) : ILoop
{
    private readonly uint* _planes = planes, _destination = destination;
    private readonly int _planeCount = planeCount, _threshold = threshold;
    private readonly long _words = words;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _words);
        for (; i + TWord.Count <= end; i += TWord.Count)
        {
            Step<TWord>(i);
        }

        for (; i < end; i++)
        {
            Step<ScalarWord>(i);
        }
    }

    private void Step<TWord>(long i)
        where TWord : unmanaged, IWordLane<TWord>, ISimdLane<TWord, uint>
    {
        TWord reaches = TWord.Splat(uint.MaxValue);
        for (int p = 0; p < _planeCount; p++)
        {
            reaches = FifteenVotes.Reaches(TWord.Load(_planes + (p * _words) + i), reaches, ((_threshold >> p) & 1) != 0);
        }

        TWord.Store(reaches, _destination + i);
    }
}
