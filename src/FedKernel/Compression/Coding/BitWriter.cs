// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace FedKernel.Compression.Coding;

/// <summary>
/// Writes bits into the caller's memory, the lowest bit of a byte first. Up to 7 bits wait in a register; every write stores the
/// whole register and steps over the bytes that are full, so there is no branch that data decides.
/// </summary>
internal ref struct BitWriter(Span<byte> destination)
{
    /// <summary>Most bits of one write: with the 7 that may wait they fit into 64.</summary>
    public const int MaximumBits = 56;

    private readonly Span<byte> _destination = destination;
    private ulong _buffer;
    private int _waiting, _position;

    /// <summary>Appends the lowest bits of a value.</summary>
    /// <param name="value">Below 2^<paramref name="count"/>.</param>
    /// <param name="count">0 to <see cref="MaximumBits"/>.</param>
    /// <exception cref="ArgumentException">The destination is full.</exception>
    public void Write(ulong value, int count)
    {
        _buffer |= value << _waiting;
        _waiting += count;
        if (_position + sizeof(ulong) <= _destination.Length)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_destination[_position..], _buffer);
        }
        else
        {
            StoreLast();
        }

        _position += _waiting >> 3;
        _buffer >>= _waiting & ~7;
        _waiting &= 7;
    }

    /// <summary>Fills the last byte up with zeros.</summary>
    /// <returns>Bytes written.</returns>
    public int Finish()
    {
        if (_waiting > 0)
        {
            // Its bits were stored by the last write.
            (_position, _waiting, _buffer) = (_position + 1, 0, 0);
        }

        return _position;
    }

    /// <summary>Near the end a store of eight bytes does not fit: byte by byte, the one that is not full included.</summary>
    private readonly void StoreLast()
    {
        int bytes = (_waiting + 7) >> 3;
        if (_position + bytes > _destination.Length)
        {
            throw new ArgumentException($"The code leaves its destination of {_destination.Length} bytes.");
        }

        for (int i = 0; i < bytes; i++)
        {
            _destination[_position + i] = (byte)(_buffer >> (8 * i));
        }
    }
}
