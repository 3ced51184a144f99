// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    // A block of 512 KB stays in the second cache of a core, and is long enough that 2³⁰ elements go through memory three times.
    private const int MostBlockStages = 17;

    private protected override void HadamardCore(
        DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint>? signs, bool signsFirst)
    {
        float* p = Pointer(values);
        long n = values.Length;
        var flips = new SignFlips(signs is null ? null : Pointer(signs));
        SignFlips none = default, before = signsFirst ? flips : none, after = signsFirst ? none : flips;

        // Few blocks are cut into smaller ones, so that each thread has some.
        int done = Math.Min(exponent, MostBlockStages);
        while (done > HadamardBlocksLoop.PieceStages && n >> done < 4 * _pool.ThreadCount)
        {
            done--;
        }

        long chunk = Math.Max(1L << done, HadamardBlocksLoop.Piece);
        bool last = done == exponent;
        Run(new HadamardBlocksLoop(p, n, done, chunk, factor, before, last ? after : none), n, chunk);
        while (done < exponent)
        {
            int passes = (exponent - done + HadamardColumnsLoop.MaximumStages - 1) / HadamardColumnsLoop.MaximumStages;
            int now = (exponent - done + passes - 1) / passes;
            last = done + now == exponent;
            int columns = HadamardColumnsLoop.Columns(done, now, n, _pool.ThreadCount);
            Run(new HadamardColumnsLoop(p, done, now, columns, last ? after : none), (n >> now) / columns, 1);
            done += now;
        }
    }
}
