// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using FedKernel.Compression.Frames;
using FedKernel.Random;
using FedKernel.Tests.Compression.Frames;

namespace FedKernel.Tests.Compression.Fuzz;

/// <summary>Makes hostile frames of honest or hostile ones: knows the fields of the header, and seven times out of eight mends length and checksum.</summary>
internal sealed class FrameMutator(ulong seed)
{
    // Where the eight-byte fields lie: bytes, d, k, scales, bytes of codes, of indices, of symbols.
    private static readonly int[] _fields = [4, 44, 52, 60, 68, 76, 84];
    private static readonly long[] _numbers = [0, 1, -1, 2, 7, 255, 256, int.MaxValue, uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue, -4];
    private static readonly uint[] _floats = [0, 0x80000000, 1, 0x807FFFFF, 0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001, 0xBF800000];

    private readonly SimulationRandom _random = new(new SimulationSeed(seed));

    /// <summary>Mutants whose checksum was computed anew.</summary>
    public long Resealed { get; private set; }

    /// <summary>A uniform integer below a bound.</summary>
    public int Below(int bound) => _random.NextBelow(bound);

    /// <summary>One to four changes of a frame.</summary>
    /// <param name="frame">Left as it is.</param>
    /// <param name="other">Another frame, to splice with.</param>
    public byte[] Mutate(byte[] frame, byte[] other)
    {
        byte[] mutant = [.. frame];
        for (int changes = Below(2) == 0 ? 1 : 1 + Below(4); changes > 0; changes--)
        {
            mutant = Change(mutant, other);
        }

        if (Below(8) == 0 || mutant.Length < FrameHeader.FixedLength + FrameChecksum.Length)
        {
            return mutant;
        }

        Resealed++;
        if (Below(16) != 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(mutant.AsSpan(4), mutant.Length);
        }

        return FramePipelines.Reseal(mutant);
    }

    private byte[] Change(byte[] frame, byte[] other) => frame.Length == 0 ? [.. other] : Below(16) switch
    {
        0 or 1 or 12 or 13 => Flip(frame),
        2 => Set(frame, (byte)_random.NextWord()),
        3 => Set(frame, Below(2) == 0 ? (byte)0 : (byte)0xFF),
        4 => Field(frame, _numbers[Below(_numbers.Length)], isDifference: false),
        5 => Field(frame, Below(17) - 8, isDifference: true),
        6 => SmallField(frame),
        7 or 14 => Number(frame),
        8 => frame[..Below(frame.Length)],
        9 => Splice(frame, other),
        10 => Resize(frame),
        _ => Swap(frame),
    };

    private byte[] Flip(byte[] frame)
    {
        frame[Place(frame)] ^= (byte)(1 << Below(8));
        return frame;
    }

    private byte[] Set(byte[] frame, byte value)
    {
        frame[Place(frame)] = value;
        return frame;
    }

    /// <summary>A quarter of the changes lie in the header, the others behind it.</summary>
    private int Place(byte[] frame) => frame.Length <= FrameHeader.FixedLength || Below(4) == 0
        ? Below(frame.Length) : FrameHeader.FixedLength + Below(frame.Length - FrameHeader.FixedLength);

    private byte[] Field(byte[] frame, long value, bool isDifference)
    {
        int at = _fields[Below(_fields.Length)];
        if (at + sizeof(long) <= frame.Length)
        {
            Span<byte> field = frame.AsSpan(at);
            BinaryPrimitives.WriteInt64LittleEndian(field, isDifference ? unchecked(BinaryPrimitives.ReadInt64LittleEndian(field) + value) : value);
        }

        return frame;
    }

    /// <summary>Codings, bytes of seed and of the name, version.</summary>
    private byte[] SmallField(byte[] frame)
    {
        int at = Below(5) is var i and < 4 ? 92 + i : 3;
        if (at < frame.Length)
        {
            frame[at] = (byte)(Below(2) == 0 ? Below(5) : frame[at] + Below(3) - 1);
        }

        return frame;
    }

    /// <summary>A float or a count of four bytes anywhere behind the header.</summary>
    private byte[] Number(byte[] frame)
    {
        int at = Place(frame);
        if (at + sizeof(uint) <= frame.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(at), _floats[Below(_floats.Length)]);
        }

        return frame;
    }

    private byte[] Splice(byte[] frame, byte[] other)
    {
        int at = Below(frame.Length + 1);
        return at < other.Length ? [.. frame[..at], .. other[at..]] : [.. frame[..at]];
    }

    /// <summary>Bytes more or less within a section, its count in the header told of it or not.</summary>
    private byte[] Resize(byte[] frame)
    {
        if (frame.Length <= FrameHeader.FixedLength + FrameChecksum.Length)
        {
            return frame;
        }

        int at = FrameHeader.FixedLength + Below(frame.Length - FrameHeader.FixedLength - FrameChecksum.Length), by = 1 + Below(8);
        byte[] resized = Below(2) == 0 ? [.. frame[..at], .. new byte[by], .. frame[at..]] : [.. frame[..at], .. frame[Math.Min(at + by, frame.Length)..]];
        if (Below(4) != 0)
        {
            Span<byte> field = resized.AsSpan(Below(2) == 0 ? 76 : 84);
            if (field.Length >= sizeof(long))
            {
                BinaryPrimitives.WriteInt64LittleEndian(field, unchecked(BinaryPrimitives.ReadInt64LittleEndian(field) + resized.Length - frame.Length));
            }
        }

        return resized;
    }

    private byte[] Swap(byte[] frame)
    {
        int a = Place(frame), b = Place(frame), length = Math.Min(1 + Below(8), frame.Length - Math.Max(a, b));
        byte[] first = frame[a..(a + length)];
        frame.AsSpan(b, length).CopyTo(frame.AsSpan(a));
        first.CopyTo(frame, b);
        return frame;
    }
}
