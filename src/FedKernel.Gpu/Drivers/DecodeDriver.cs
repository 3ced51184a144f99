// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shape Decode: an element a thread, which takes its code from one byte or two.</summary>
internal static class DecodeDriver
{
    /// <summary>How the host starts the kernels that decode into floats.</summary>
    public delegate void Launcher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<byte> packed, ArrayView<float> scales, ArrayView<float> destination,
        long packedStart, long scalesStart, long destinationStart, int size, float weight, long end, TOp op);

    /// <summary>How the host starts the kernel that decodes into integers.</summary>
    public delegate void AccumulateLauncher<TOp, TSum>(
        AcceleratorStream stream, KernelConfig config, ArrayView<byte> packed, ArrayView<float> scales, ArrayView<long> integers,
        long packedStart, long scalesStart, long integersStart, int size, long end, TOp op, TSum sum);

    public static void Decode<TOp>(
        ArrayView<byte> packed, ArrayView<float> scales, ArrayView<float> destination,
        long packedStart, long scalesStart, long destinationStart, int size, float weight, long end, TOp op)
        where TOp : unmanaged, IDecode
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            destination[destinationStart + i] = Value(op, packed, scales, packedStart, scalesStart, size, i);
        }
    }

    public static void DecodeAdd<TOp>(
        ArrayView<byte> packed, ArrayView<float> scales, ArrayView<float> sums,
        long packedStart, long scalesStart, long sumsStart, int size, float weight, long end, TOp op)
        where TOp : unmanaged, IDecode
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            sums[sumsStart + i] += Value(op, packed, scales, packedStart, scalesStart, size, i) * weight;
        }
    }

    public static void DecodeAccumulate<TOp, TSum>(
        ArrayView<byte> packed, ArrayView<float> scales, ArrayView<long> integers,
        long packedStart, long scalesStart, long integersStart, int size, long end, TOp op, TSum sum)
        where TOp : unmanaged, IDecode
        where TSum : unmanaged, IAccumulate
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            integers[integersStart + i] += RowStep.Term(sum, Value(op, packed, scales, packedStart, scalesStart, size, i));
        }
    }

    /// <summary>x[i]; a size of 0 means that there are no scales.</summary>
    private static float Value<TOp>(
        TOp op, ArrayView<byte> packed, ArrayView<float> scales, long packedStart, long scalesStart, int size, long i)
        where TOp : unmanaged, IDecode
    {
        long bit = i * TOp.Bits, at = packedStart + (bit / 8);
        int shift = (int)(bit & 7);
        uint word = packed[at];
        if (shift + TOp.Bits > 8)
        {
            word |= (uint)packed[at + 1] << 8;
        }

        var code = new ScalarWord((word >> shift) & ((1u << TOp.Bits) - 1));
        float scale = size == 0 ? 1 : scales[scalesStart + (i / Math.Max(1, size))];
        return op.Value<ScalarLane, ScalarWord>(code).Value * scale;
    }
}
