// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using FedKernel.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>Fills a span with the next random bytes.</summary>
internal delegate void RandomBytes(Span<byte> destination);

/// <summary>The keystream of ChaCha20 as bytes, block after block, for exact samplers on the host. Not thread-safe.</summary>
/// <param name="stream">A stream of its own: nothing else may use its blocks.</param>
internal sealed class StreamBytes(ChaCha20Stream stream)
{
    private readonly byte[] _bytes = new byte[64];
    private uint _block;
    private bool _ended;
    private int _used = 64;

    /// <summary>The next bytes.</summary>
    /// <exception cref="InvalidOperationException">The 256 GiB of the stream are spent; it never starts again.</exception>
    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_used == _bytes.Length)
            {
                Refill();
            }

            int count = Math.Min(destination.Length, _bytes.Length - _used);
            _bytes.AsSpan(_used, count).CopyTo(destination);
            _used += count;
            destination = destination[count..];
        }
    }

    private void Refill()
    {
        if (_ended)
        {
            throw new InvalidOperationException("The 2^32 blocks of the stream are spent: take one with another name.");
        }

        Block16<ScalarWord> b = stream.Words(new ScalarWord(_block));
        ReadOnlySpan<ScalarWord> words =
        [
            b.R0, b.R1, b.R2, b.R3, b.R4, b.R5, b.R6, b.R7,
            b.R8, b.R9, b.R10, b.R11, b.R12, b.R13, b.R14, b.R15,
        ];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(4 * i), words[i].Value);
        }

        _ended = ++_block == 0;
        _used = 0;
    }
}
