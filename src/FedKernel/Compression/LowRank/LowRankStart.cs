// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Compression.LowRank;

/// <summary>Where the iteration starts: a Qᵀ of uniform values that every client draws alike.</summary>
internal static class LowRankStart
{
    /// <summary>vectors[i] uniform in [−1, 1), from the stream of a slot; not orthonormal.</summary>
    public static void Fill(SharedSeed seed, int slot, Span<float> vectors)
    {
        ChaCha20Stream stream = seed.Stream(StreamPurpose.Rotation, (uint)slot);
        Span<uint> words = stackalloc uint[16];
        for (int start = 0; start < vectors.Length; start += 16)
        {
            Block16<ScalarWord> block = stream.Words(new ScalarWord((uint)(start / 16)));
            Copy(block, words);
            Span<float> part = vectors[start..Math.Min(start + 16, vectors.Length)];
            for (int i = 0; i < part.Length; i++)
            {
                // 24 bits: the product and the conversion are exact.
                part[i] = ((int)words[i] >> 8) * (1f / (1 << 23));
            }
        }
    }

    private static void Copy(Block16<ScalarWord> b, Span<uint> words)
    {
        ReadOnlySpan<ScalarWord> row =
            [b.R0, b.R1, b.R2, b.R3, b.R4, b.R5, b.R6, b.R7, b.R8, b.R9, b.R10, b.R11, b.R12, b.R13, b.R14, b.R15];
        for (int i = 0; i < row.Length; i++)
        {
            words[i] = row[i].Value;
        }
    }
}
