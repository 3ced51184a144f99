// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Limits;

/// <summary>A loop of <see cref="LimitLibrary"/> as a case among the others.</summary>
internal sealed unsafe class LimitCase : TimedCase, IDisposable
{
    private readonly LimitLibrary _library;
    private readonly LimitLoop _loop;
    private readonly bool _all;
    private readonly float** _rows;
    private readonly int _rowCount;
    private readonly float* _weights;
    private readonly float* _destination;
    private readonly long _n;

    /// <summary>A loop over n float32.</summary>
    /// <param name="name">Stable name.</param>
    /// <param name="library">Where the loop is.</param>
    /// <param name="loop">Which.</param>
    /// <param name="all">On all threads, or on one.</param>
    /// <param name="bytesPerElement">What it reads and writes for each of the n.</param>
    /// <param name="n">Elements, a multiple of 16.</param>
    /// <param name="destination">Row that is written.</param>
    /// <param name="weights">One for each row.</param>
    /// <param name="rows">Rows that are read.</param>
    public LimitCase(
        string name, LimitLibrary library, LimitLoop loop, bool all, double bytesPerElement, long n, void* destination,
        ReadOnlySpan<float> weights, params ReadOnlySpan<nint> rows)
        : base(name)
    {
        (_library, _loop, _all, _n) = (library, loop, all, n);
        _destination = (float*)destination;
        BytesMoved = bytesPerElement * n;
        _rowCount = rows.Length;
        _rows = (float**)NativeMemory.AllocZeroed((nuint)Math.Max(1, rows.Length), (nuint)sizeof(float*));
        _weights = (float*)NativeMemory.AllocZeroed((nuint)Math.Max(1, weights.Length), sizeof(float));
        for (int r = 0; r < rows.Length; r++)
        {
            _rows[r] = (float*)rows[r];
        }

        weights.CopyTo(new Span<float>(_weights, weights.Length));
    }

    /// <summary>Bytes that one call reads and writes.</summary>
    public double BytesMoved { get; }

    /// <summary>The factor of the loop; the same for each call.</summary>
    public float Factor { get; init; } = 1;

    /// <summary>What the last call has found.</summary>
    public double Found { get; private set; }

    /// <summary>Before a sample, where the loop spoils its own input.</summary>
    public Action? OnPrepare { get; init; }

    /// <summary>After a sample, where the loop is a peer whose result must be right.</summary>
    public Func<string?>? OnCheck { get; init; }

    public override bool IsRepeatable => OnPrepare is null;

    public override void Prepare() => OnPrepare?.Invoke();

    public override void Invoke() => Found = _library.Run(_loop, _all, _rows, _weights, _rowCount, _destination, _n, Factor);

    public override string? Check() => OnCheck?.Invoke();

    public void Dispose()
    {
        NativeMemory.Free(_rows);
        NativeMemory.Free(_weights);
    }
}
