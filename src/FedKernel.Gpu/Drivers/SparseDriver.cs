// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>The elements of a dense vector at distinct indices: a step is one index, so no two threads meet.</summary>
internal static class SparseDriver
{
    /// <summary>How the host starts the kernels of this class.</summary>
    public delegate void Launcher(
        AcceleratorStream stream, KernelConfig config, ArrayView<uint> indices, ArrayView<float> values, ArrayView<float> dense,
        long indicesStart, long valuesStart, long denseStart, long end, float weight);

    /// <summary>How the host starts the kernel of integers.</summary>
    public delegate void AccumulateLauncher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<uint> indices, ArrayView<float> values, ArrayView<long> integers,
        long indicesStart, long valuesStart, long integersStart, long end, TOp op);

    /// <summary>values[i] = dense[indices[i]]</summary>
    /// <remarks>The weight is there so that all are called alike.</remarks>
    public static void Gather(
        ArrayView<uint> indices, ArrayView<float> values, ArrayView<float> dense,
        long indicesStart, long valuesStart, long denseStart, long end, float weight)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            values[valuesStart + i] = dense[denseStart + indices[indicesStart + i]];
        }
    }

    /// <summary>dense[indices[i]] = values[i]</summary>
    /// <inheritdoc cref="Gather" path="/remarks"/>
    public static void Scatter(
        ArrayView<uint> indices, ArrayView<float> values, ArrayView<float> dense,
        long indicesStart, long valuesStart, long denseStart, long end, float weight)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            dense[denseStart + indices[indicesStart + i]] = values[valuesStart + i];
        }
    }

    /// <summary>dense[indices[i]] += values[i] · weight</summary>
    public static void ScatterAdd(
        ArrayView<uint> indices, ArrayView<float> values, ArrayView<float> dense,
        long indicesStart, long valuesStart, long denseStart, long end, float weight)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = denseStart + indices[indicesStart + i];
            dense[at] += values[valuesStart + i] * weight;
        }
    }

    /// <summary>integers[indices[i]] += op(values[i])</summary>
    public static void ScatterAccumulate<TOp>(
        ArrayView<uint> indices, ArrayView<float> values, ArrayView<long> integers,
        long indicesStart, long valuesStart, long integersStart, long end, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = integersStart + indices[indicesStart + i];
            integers[at] += RowStep.Term(op, values[valuesStart + i]);
        }
    }
}
