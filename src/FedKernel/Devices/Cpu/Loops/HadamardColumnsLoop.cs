// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Later stages of a Walsh–Hadamard transform: the vector is a matrix whose rows are the blocks that are done, and a chunk is a few
/// neighbouring columns of 2 to 128 rows. It goes through the caches once, whatever the number of stages.
/// </summary>
/// <remarks>
/// Rows lie a power of two apart, so they meet in few sets of the caches: the first half of the stages leaves its results in a
/// scratch where they do not, the second half reads them there.
/// </remarks>
/// <param name="values">The vector.</param>
/// <param name="done">Stages that are done: a row has 2^done elements.</param>
/// <param name="stages">Stages to do, 1 to 7.</param>
/// <param name="columns">Columns of a chunk, as <see cref="Columns"/> says.</param>
/// <param name="after">Signs behind the last stage.</param>
internal readonly unsafe struct HadamardColumnsLoop(float* values, int done, int stages, int columns, SignFlips after) : ILoop
{
    /// <summary>Most stages.</summary>
    public const int MaximumStages = 7;

    // Elements of a chunk, 128 KB, which the second cache holds twice: of few rows it has more columns.
    private const int ChunkElements = 256 << MaximumStages;

    private readonly float* _values = values;
    private readonly int _done = done, _stages = stages, _columns = columns;
    private readonly SignFlips _after = after;

    /// <summary>Columns of a chunk: fewer where threads would have nothing, never less than four registers.</summary>
    public static int Columns(int done, int stages, long length, int threads)
    {
        long columns = Math.Min(1L << done, ChunkElements >> stages);
        while (columns > 64 && (length >> stages) / columns < 4 * threads)
        {
            columns /= 2;
        }

        return (int)columns;
    }

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long stride = 1L << _done, tiles = stride / _columns;
        long first = ((chunk / tiles) << (_done + _stages)) + (chunk % tiles * _columns);
        float* p = _values + first;
        if (_stages <= 4)
        {
            Butterflies<TLane, TWord>.Rows(_stages, p, stride, p, stride, _columns);
        }
        else
        {
            float* scratch = stackalloc float[ChunkElements];
            int low = _stages / 2, high = _stages - low;
            for (int row = 0; row < 1 << _stages; row += 1 << low)
            {
                Butterflies<TLane, TWord>.Rows(low, p + (row * stride), stride, scratch + (row * _columns), _columns, _columns);
            }

            for (int row = 0; row < 1 << low; row++)
            {
                Butterflies<TLane, TWord>.Rows(
                    high, scratch + (row * _columns), (long)_columns << low, p + (row * stride), stride << low, _columns);
            }
        }

        for (int row = 0; _after.Any && row < 1 << _stages; row++)
        {
            _after.Apply<TLane, TWord>(p + (row * stride), first + (row * stride), _columns, 1);
        }
    }
}
