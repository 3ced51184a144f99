// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>What is done at each index.</summary>
internal unsafe interface IIndexStep
{
    /// <summary>Where the dense vector is touched.</summary>
    void* Address(uint index);

    /// <summary>Element i of the sparse vector, whose index is given.</summary>
    void Run(long i, uint index);
}

/// <summary>A step for each of k distinct indices.</summary>
internal readonly unsafe struct IndexLoop<TStep>(uint* indices, long count, TStep step) : ILoop
    where TStep : unmanaged, IIndexStep
{
    /// <summary>Indices that a thread takes at once.</summary>
    public const long Chunk = 8192;

    // Misses of the caches on their way at once.
    private const int Ahead = 32;

    private readonly uint* _indices = indices;
    private readonly long _count = count;
    private readonly TStep _step = step;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        TStep step = _step;
        uint* indices = _indices;
        long i = chunk * Chunk, end = Math.Min(i + Chunk, _count);
        for (long fetched = Sse.IsSupported ? Math.Max(i, end - Ahead) : i; i < fetched; i++)
        {
            Sse.Prefetch0(step.Address(indices[i + Ahead]));
            step.Run(i, indices[i]);
        }

        for (; i < end; i++)
        {
            step.Run(i, indices[i]);
        }
    }
}

/// <summary>destination[i] = source[index]</summary>
internal readonly unsafe struct GatherStep(float* source, float* destination) : IIndexStep
{
    private readonly float* _source = source, _destination = destination;

    public void* Address(uint index) => _source + index;

    public void Run(long i, uint index) => _destination[i] = _source[index];
}

/// <summary>destination[index] = values[i]</summary>
internal readonly unsafe struct ScatterStep(float* values, float* destination) : IIndexStep
{
    private readonly float* _values = values, _destination = destination;

    public void* Address(uint index) => _destination + index;

    public void Run(long i, uint index) => _destination[index] = _values[i];
}

/// <summary>sums[index] = sums[index] + values[i] · weight</summary>
internal readonly unsafe struct ScatterAddStep(float* values, float* sums, float weight) : IIndexStep
{
    private readonly float* _values = values, _sums = sums;
    private readonly float _weight = weight;

    public void* Address(uint index) => _sums + index;

    public void Run(long i, uint index) => _sums[index] += _values[i] * _weight;
}

/// <summary>integers[index] += op(values[i])</summary>
internal readonly unsafe struct ScatterAccumulateStep<TOp>(float* values, long* integers, TOp op) : IIndexStep
    where TOp : unmanaged, IAccumulate
{
    private readonly float* _values = values;
    private readonly long* _integers = integers;
    private readonly TOp _op = op;

    public void* Address(uint index) => _integers + index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(long i, uint index) =>
        _integers[index] += Admitted.Term<TOp, ScalarWide, ScalarLong>(_op, new ScalarWide(_values[i])).Value;
}
