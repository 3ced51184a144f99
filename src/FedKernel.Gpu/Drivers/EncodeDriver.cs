// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Shape Encode, without a barrier. Codes first lie in words of their own, since those of a random kernel come sixteen
/// apart; <see cref="PackDriver"/> packs them.
/// </summary>
internal static class EncodeDriver
{
    /// <summary>How the host starts the kernel that adds.</summary>
    public delegate void SumLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> source, ArrayView<float> memory, ArrayView<float> sum,
        long sourceStart, long memoryStart, long end);

    /// <summary>How the host starts the kernels that make norms.</summary>
    public delegate void NormLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> values, ArrayView<double> norms,
        long start, long length, int size, long end);

    /// <summary>How the host starts the kernel that makes scales.</summary>
    public delegate void ScaleLauncher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<double> norms, ArrayView<float> scales, ArrayView<float> inverses,
        long scalesStart, long length, int size, int parts, long end, TOp op);

    /// <summary>How the host starts the kernels that encode.</summary>
    public delegate void EncodeLauncher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> values, ArrayView<float> inverses, ArrayView<ushort> codes,
        long start, long length, int size, long firstBlock, long end, TOp op);

    /// <summary>How the host starts the kernel that keeps what codes leave out.</summary>
    public delegate void RestLauncher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> values, ArrayView<ushort> codes, ArrayView<float> scales,
        ArrayView<float> memory, long scalesStart, long memoryStart, int size, long end, TOp op);

    /// <summary>sum = source + memory</summary>
    public static void Sum(
        ArrayView<float> source, ArrayView<float> memory, ArrayView<float> sum, long sourceStart, long memoryStart, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            sum[i] = source[sourceStart + i] + memory[memoryStart + i];
        }
    }

    /// <summary>A step is a sixteenth of a block, sixteen elements apart, so that neighbours read neighbours.</summary>
    public static void Largest(
        ArrayView<float> values, ArrayView<double> norms, long start, long length, int size, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long first = size * (i / 16), at = first + (i & 15), blockEnd = Math.Min(length, first + size);
            float m = 0;
            for (; at < blockEnd; at += 16)
            {
                m = Magnitude.Larger(m, values[start + at]);
            }

            norms[i] = m;
        }
    }

    /// <summary>A step is a block: its sum goes from left to right.</summary>
    public static void Squares(ArrayView<float> values, ArrayView<double> norms, long start, long length, int size, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = size * i, blockEnd = Math.Min(length, at + size);
            double sum = 0;
            for (; at < blockEnd; at++)
            {
                double x = values[start + at];
                sum += x * x;
            }

            norms[i] = sum;
        }
    }

    /// <inheritdoc cref="Squares"/>
    public static void Magnitudes(ArrayView<float> values, ArrayView<double> norms, long start, long length, int size, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = size * i, blockEnd = Math.Min(length, at + size);
            double sum = 0;
            for (; at < blockEnd; at++)
            {
                sum += Math.Abs((double)values[start + at]);
            }

            norms[i] = sum;
        }
    }

    /// <summary>A step is a block. Divisions and the root are in float64, which every device rounds correctly.</summary>
    public static void Scales<TOp>(
        ArrayView<double> norms, ArrayView<float> scales, ArrayView<float> inverses,
        long scalesStart, long length, int size, int parts, long end, TOp op)
        where TOp : unmanaged, IEncode
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            double raw = norms[i * parts];
            for (int k = 1; k < parts; k++)
            {
                double next = norms[(i * parts) + k];
                raw = next > raw ? next : raw;
            }

            int count = (int)Math.Min(size, length - (size * i));
            float scale = BlockCode.Scale(op, BlockCode.Norm<TOp>(raw, count));
            scales[scalesStart + i] = scale;
            inverses[i] = BlockCode.Inverse(op, scale);
        }
    }

    /// <summary>Without random bits: a step is an element.</summary>
    /// <remarks>The first block is there so that both ways to encode are called alike.</remarks>
    public static void Encode<TOp>(
        ArrayView<float> values, ArrayView<float> inverses, ArrayView<ushort> codes,
        long start, long length, int size, long firstBlock, long end, TOp op)
        where TOp : unmanaged, IEncode
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            codes[i] = Code(op, values[start + i], TOp.Norm == BlockNorm.None ? 1 : inverses[i / size], new ScalarWord(0));
        }
    }

    /// <summary>With random bits: a step is a block of the stream, sixteen elements of each of two tiles.</summary>
    public static void EncodeRandom<TOp>(
        ArrayView<float> values, ArrayView<float> inverses, ArrayView<ushort> codes,
        long start, long length, int size, long firstBlock, long end, TOp op)
        where TOp : unmanaged, IEncode
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long e = (512 * (i / 16)) + (i & 15);
            Block16<ScalarWord> w = op.Words(new ScalarWord((uint)(firstBlock + i)));
            Put(op, values, inverses, codes, start, length, size, e, w.R0);
            Put(op, values, inverses, codes, start, length, size, e + 16, w.R1);
            Put(op, values, inverses, codes, start, length, size, e + 32, w.R2);
            Put(op, values, inverses, codes, start, length, size, e + 48, w.R3);
            Put(op, values, inverses, codes, start, length, size, e + 64, w.R4);
            Put(op, values, inverses, codes, start, length, size, e + 80, w.R5);
            Put(op, values, inverses, codes, start, length, size, e + 96, w.R6);
            Put(op, values, inverses, codes, start, length, size, e + 112, w.R7);
            Put(op, values, inverses, codes, start, length, size, e + 128, w.R8);
            Put(op, values, inverses, codes, start, length, size, e + 144, w.R9);
            Put(op, values, inverses, codes, start, length, size, e + 160, w.R10);
            Put(op, values, inverses, codes, start, length, size, e + 176, w.R11);
            Put(op, values, inverses, codes, start, length, size, e + 192, w.R12);
            Put(op, values, inverses, codes, start, length, size, e + 208, w.R13);
            Put(op, values, inverses, codes, start, length, size, e + 224, w.R14);
            Put(op, values, inverses, codes, start, length, size, e + 240, w.R15);
        }
    }

    /// <summary>memory = values − decoded; that of a block without a scale stays.</summary>
    public static void Rest<TOp>(
        ArrayView<float> values, ArrayView<ushort> codes, ArrayView<float> scales, ArrayView<float> memory,
        long scalesStart, long memoryStart, int size, long end, TOp op)
        where TOp : unmanaged, IDecode
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            float scale = size == 0 ? 1 : scales[scalesStart + (i / Math.Max(1, size))];
            if (scale <= float.MaxValue)
            {
                float x = op.Value<ScalarLane, ScalarWord>(new ScalarWord(codes[i])).Value * scale;
                memory[memoryStart + i] = values[i] - x;
            }
        }
    }

    private static void Put<TOp>(
        TOp op, ArrayView<float> values, ArrayView<float> inverses, ArrayView<ushort> codes,
        long start, long length, int size, long e, ScalarWord word)
        where TOp : unmanaged, IEncode
    {
        if (e < length)
        {
            float inverse = TOp.Norm == BlockNorm.None ? 1 : inverses[e / size];
            codes[e] = Code(op, values[start + e], inverse, word & ScalarWord.Splat(0xFFFF));
        }

        long f = e + 256;
        if (f < length)
        {
            float inverse = TOp.Norm == BlockNorm.None ? 1 : inverses[f / size];
            codes[f] = Code(op, values[start + f], inverse, word >>> 16);
        }
    }

    /// <summary>A block without a scale may hold NaN: it has the code of 0, which no random bits change.</summary>
    private static ushort Code<TOp>(TOp op, float x, float inverse, ScalarWord random)
        where TOp : unmanaged, IEncode
    {
        float scaled = inverse != 0 ? (TOp.Norm == BlockNorm.None ? x : x * inverse) : 0;
        uint bits = inverse != 0 ? random.Value : 0;
        return (ushort)op.Code<ScalarLane, ScalarWord>(new ScalarLane(scaled), new ScalarWord(bits)).Value;
    }
}
