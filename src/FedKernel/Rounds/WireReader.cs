// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace FedKernel.Rounds;

/// <summary>Reads the little-endian fields of a hostile message: every length is checked before it is believed.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly int Remaining => _bytes.Length - _position;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        Require(count >= 0 && count <= Remaining, $"{count} more bytes wanted, {Remaining} left");
        ReadOnlySpan<byte> taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }

    public byte UInt8() => Bytes(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public int Int32() => (int)UInt32();

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public double Double() => BitConverter.Int64BitsToDouble(Int64());

    public string Text(int maximumLength)
    {
        int length = Int32();
        Require(length >= 0 && length <= maximumLength, $"a text of {length} bytes, allowed are 0 to {maximumLength}");
        ReadOnlySpan<byte> text = Bytes(length);
        try
        {
            return _strictUtf8.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException($"The message is not valid at byte {_position}: a text is not UTF-8.", e);
        }
    }

    public readonly void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new DataFormatException($"The message is not valid at byte {_position}: {what}.");
        }
    }
}
