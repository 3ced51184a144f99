// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Compression.Coding;

/// <summary>Codes γ and δ of integers from 1 on · Elias 1975, section III · the highest bit of a value comes first, as in the paper.</summary>
internal static class EliasCodes
{
    /// <summary>Largest value: 2³² − 1.</summary>
    public const ulong MaximumValue = uint.MaxValue;

    // ⌊log₂ v⌋ of the largest value.
    private const int MaximumLog = 31;

    /// <summary>γ: ⌊log₂ v⌋ zeros, then v in binary.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">1 to <see cref="MaximumValue"/>.</param>
    public static void WriteGamma(ref BitWriter writer, ulong value)
    {
        Throw.IfNotInRange(value, 1UL, MaximumValue);
        int log = BitOperations.Log2(value);
        writer.Write(0, log);
        WriteHighestFirst(ref writer, value, log + 1);
    }

    /// <summary>Reads γ.</summary>
    /// <exception cref="DataFormatException">The value is above <see cref="MaximumValue"/>, or the code ends.</exception>
    public static ulong ReadGamma(ref BitReader reader)
    {
        int log = reader.ReadZeros(MaximumLog);
        return (1UL << log) | ReadHighestFirst(ref reader, log);
    }

    /// <summary>δ: γ of the length of v in bits, then v in binary without its highest one.</summary>
    /// <inheritdoc cref="WriteGamma"/>
    public static void WriteDelta(ref BitWriter writer, ulong value)
    {
        Throw.IfNotInRange(value, 1UL, MaximumValue);
        int log = BitOperations.Log2(value);
        WriteGamma(ref writer, (ulong)log + 1);
        WriteHighestFirst(ref writer, value ^ (1UL << log), log);
    }

    /// <summary>Reads δ.</summary>
    /// <inheritdoc cref="ReadGamma"/>
    public static ulong ReadDelta(ref BitReader reader)
    {
        // A length of 32 bits has ⌊log₂⌋ = 5.
        int bits = reader.ReadZeros(BitOperations.Log2(MaximumLog + 1));
        int log = ((1 << bits) | (int)ReadHighestFirst(ref reader, bits)) - 1;
        if (log > MaximumLog)
        {
            throw new DataFormatException($"Elias delta code: a value of {log + 1} bits, at most {MaximumLog + 1} are allowed.");
        }

        return (1UL << log) | ReadHighestFirst(ref reader, log);
    }

    private static void WriteHighestFirst(ref BitWriter writer, ulong value, int count) => writer.Write(Reverse(value, count), count);

    private static ulong ReadHighestFirst(ref BitReader reader, int count) => Reverse(reader.Read(count), count);

    /// <summary>The lowest bits in the opposite order. Values are short and rare: a loop is enough.</summary>
    private static ulong Reverse(ulong value, int count)
    {
        ulong reversed = 0;
        for (int i = 0; i < count; i++)
        {
            reversed |= ((value >> i) & 1) << (count - 1 - i);
        }

        return reversed;
    }
}
