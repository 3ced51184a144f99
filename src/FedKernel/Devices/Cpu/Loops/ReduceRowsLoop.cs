// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape ReduceRows: a row from left to right, a thread has some rows.</summary>
internal readonly unsafe struct ReduceRowsLoop<TOp>(
    float* x, float* y, float* destination, long rows, long columns, long rowsPerChunk, TOp op) : ILoop
    where TOp : unmanaged, IReduce2
{
    private readonly float* _x = x, _y = y, _destination = destination;
    private readonly long _rows = rows, _columns = columns, _rowsPerChunk = rowsPerChunk;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        TOp op = _op;
        long end = Math.Min((chunk + 1) * _rowsPerChunk, _rows);
        for (long r = chunk * _rowsPerChunk; r < end; r++)
        {
            float* x = _x + (r * _columns);
            ScalarWide sum = ScalarWide.Splat(0);
            for (long c = 0; c < _columns; c++)
            {
                sum = op.Combine<ScalarWide, ScalarLong>(
                    sum, op.Term<ScalarWide, ScalarLong>(new ScalarWide(x[c]), new ScalarWide(_y[c])));
            }

            _destination[r] = (float)sum.Value;
        }
    }
}
