// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace FedKernel.Compression.Coding;

/// <summary>Writes a bit vector from the increasing positions of its ones: words of 64 bits are filled in a register and stored once.</summary>
internal ref struct OnesWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private ulong _word;
    private long _at;

    /// <summary>Sets a bit.</summary>
    /// <param name="position">Above all positions so far, within the destination.</param>
    public void Set(long position)
    {
        long at = position >> 6;
        if (at != _at)
        {
            Store(at);
        }

        _word |= 1UL << (int)position;
    }

    /// <summary>Writes what waits, and zeros up to the end.</summary>
    /// <param name="bytes">Bytes of the whole vector.</param>
    public void Finish(long bytes)
    {
        Span<byte> last = _destination[(int)(8 * _at)..(int)bytes];
        for (int i = 0; i < last.Length; i++)
        {
            last[i] = i < sizeof(ulong) ? (byte)(_word >> (8 * i)) : (byte)0;
        }
    }

    private void Store(long at)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_destination[(int)(8 * _at)..], _word);
        if (at != _at + 1)
        {
            _destination[(int)(8 * (_at + 1))..(int)(8 * at)].Clear();
        }

        (_at, _word) = (at, 0);
    }
}
