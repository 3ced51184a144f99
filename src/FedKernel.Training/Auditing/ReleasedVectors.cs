// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FedKernel.Training.Auditing;

/// <summary>The message of a release: "FKRV", then rounds and dimension as 32-bit integers, then float32; all little-endian.</summary>
internal static class ReleasedVectors
{
    private const int HeaderBytes = 12, GreatestRounds = 1024;

    private static ReadOnlySpan<byte> Magic => "FKRV"u8;

    public static byte[] Write(float[][] rounds)
    {
        int dimension = rounds[0].Length;
        var message = new byte[checked(HeaderBytes + (rounds.Length * dimension * sizeof(float)))];
        Magic.CopyTo(message);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), rounds.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), dimension);
        for (int r = 0; r < rounds.Length; r++)
        {
            MemoryMarshal.AsBytes(rounds[r].AsSpan()).CopyTo(message.AsSpan(HeaderBytes + (r * dimension * sizeof(float))));
        }

        return message;
    }

    /// <summary>The vectors, one a round.</summary>
    /// <exception cref="DataFormatException">Another size or shape than expected, or a number that is not finite.</exception>
    public static float[][] Read(ReadOnlySpan<byte> message, int rounds, int dimension)
    {
        if (message.Length < HeaderBytes || !message[..4].SequenceEqual(Magic))
        {
            throw new DataFormatException($"A release starts with 'FKRV' and has {HeaderBytes} bytes or more; got {message.Length} bytes.");
        }

        int sentRounds = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
        int sentDimension = BinaryPrimitives.ReadInt32LittleEndian(message[8..]);
        long expected = HeaderBytes + ((long)rounds * dimension * sizeof(float));
        if (sentRounds != rounds || sentDimension != dimension || message.Length != expected || rounds > GreatestRounds)
        {
            throw new DataFormatException(
                $"Expected {rounds} rounds of {dimension} values in {expected} bytes; got {sentRounds} of {sentDimension} in {message.Length}.");
        }

        var vectors = new float[rounds][];
        for (int r = 0; r < rounds; r++)
        {
            vectors[r] = MemoryMarshal.Cast<byte, float>(message.Slice(HeaderBytes + (r * dimension * sizeof(float)), dimension * sizeof(float))).ToArray();
            int bad = Array.FindIndex(vectors[r], v => !float.IsFinite(v));
            if (bad >= 0)
            {
                throw new DataFormatException($"Value {bad} of round {r} is {vectors[r][bad]}; a release holds finite numbers.");
            }
        }

        return vectors;
    }
}
