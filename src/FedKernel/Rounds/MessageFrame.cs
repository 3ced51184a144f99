// SPDX-License-Identifier: Apache-2.0
// The frame of every message: "FK", kind, version, length of the body, body, SHA-256 over all before it.
// The digest finds damage, not forgery: whoever can write a message can write its digest. Until secure aggregation brings
// signed keys, the transport (TLS with client certificates, say) vouches for who sent a message; see the README of this folder.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FedKernel.Rounds;

/// <summary>Kinds of messages.</summary>
internal enum MessageKind : byte
{
    Invitation = (byte)'I',
    Update = (byte)'U',
    CompressedUpdate = (byte)'C',
}

/// <summary>Puts bodies into frames and takes them out of hostile ones.</summary>
internal static class MessageFrame
{
    public const int HeaderLength = 12;
    public const int DigestLength = 32;
    private const byte Version = 2;

    /// <summary>A frame whose body is these pieces, behind one another.</summary>
    public static byte[] Seal(MessageKind kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        long body = (long)head.Length + tail.Length;
        if (body > Array.MaxLength - HeaderLength - DigestLength)
        {
            throw new ProtocolException($"A message body of {body} bytes; at most {Array.MaxLength - HeaderLength - DigestLength}.");
        }

        var frame = new byte[HeaderLength + body + DigestLength];
        frame[0] = (byte)'F';
        frame[1] = (byte)'K';
        frame[2] = (byte)kind;
        frame[3] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(4), body);
        head.CopyTo(frame.AsSpan(HeaderLength));
        tail.CopyTo(frame.AsSpan(HeaderLength + head.Length));
        SHA256.HashData(frame.AsSpan(0, frame.Length - DigestLength), frame.AsSpan(frame.Length - DigestLength));
        return frame;
    }

    /// <summary>The body, once frame and digest were found in order.</summary>
    /// <exception cref="DataFormatException">The frame is cut, damaged, of another kind or of an unknown version.</exception>
    public static ReadOnlySpan<byte> Open(MessageKind kind, ReadOnlySpan<byte> frame)
    {
        if (frame.Length < HeaderLength + DigestLength || frame[0] != 'F' || frame[1] != 'K')
        {
            throw new DataFormatException($"{frame.Length} bytes are no FedKernel message: it begins with FK and has at least {HeaderLength + DigestLength}.");
        }

        if (frame[3] != Version || frame[2] != (byte)kind)
        {
            throw new DataFormatException(
                $"A message of kind '{(char)frame[2]}' and version {frame[3]}; wanted are '{(char)kind}' and {Version}.");
        }

        long body = BinaryPrimitives.ReadInt64LittleEndian(frame[4..]);
        if (body != frame.Length - HeaderLength - DigestLength)
        {
            throw new DataFormatException(
                $"The message is cut or has something behind it: it says {body} bytes, it has {frame.Length - HeaderLength - DigestLength}.");
        }

        Span<byte> digest = stackalloc byte[DigestLength];
        SHA256.HashData(frame[..^DigestLength], digest);
        if (!digest.SequenceEqual(frame[^DigestLength..]))
        {
            throw new DataFormatException("The message is damaged: its digest is another.");
        }

        return frame.Slice(HeaderLength, (int)body);
    }
}
