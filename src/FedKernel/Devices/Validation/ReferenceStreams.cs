// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Devices.Validation;

/// <summary>Block functions of the counter streams, one block at a time, after their papers.</summary>
internal static class ReferenceStreams
{
    /// <summary>The ChaCha20 block function (RFC 8439, section 2.3).</summary>
    /// <param name="key">Eight words.</param>
    /// <param name="counter">Number of the block.</param>
    /// <param name="nonce">Three words.</param>
    /// <param name="output">Sixteen words.</param>
    public static void ChaCha20(ReadOnlySpan<uint> key, uint counter, ReadOnlySpan<uint> nonce, Span<uint> output)
    {
        Span<uint> initial = stackalloc uint[16];
        "expand 32-byte k"u8.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(initial));
        key.CopyTo(initial[4..]);
        initial[12] = counter;
        nonce.CopyTo(initial[13..]);
        initial.CopyTo(output);
        for (int round = 0; round < 20; round++)
        {
            // Even rounds go down the columns of the 4 × 4 state, odd rounds along its diagonals.
            int d = round % 2;
            for (int c = 0; c < 4; c++)
            {
                QuarterRound(
                    ref output[c],
                    ref output[4 + ((c + d) % 4)],
                    ref output[8 + ((c + (2 * d)) % 4)],
                    ref output[12 + ((c + (3 * d)) % 4)]);
            }
        }

        for (int i = 0; i < 16; i++)
        {
            output[i] += initial[i];
        }
    }

    /// <summary>Philox4x32-10 (Salmon et al. 2011), in place on the four words of the counter.</summary>
    public static void Philox(Span<uint> counter, ulong key)
    {
        uint key0 = (uint)key, key1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong a = 0xD2511F53UL * counter[0], b = 0xCD9E8D57UL * counter[2];
            uint x0 = (uint)(b >> 32) ^ counter[1] ^ key0;
            uint x2 = (uint)(a >> 32) ^ counter[3] ^ key1;
            (counter[0], counter[1], counter[2], counter[3]) = (x0, (uint)b, x2, (uint)a);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
    }

    private static void QuarterRound(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        a += b;
        d = BitOperations.RotateLeft(d ^ a, 16);
        c += d;
        b = BitOperations.RotateLeft(b ^ c, 12);
        a += b;
        d = BitOperations.RotateLeft(d ^ a, 8);
        c += d;
        b = BitOperations.RotateLeft(b ^ c, 7);
    }
}
