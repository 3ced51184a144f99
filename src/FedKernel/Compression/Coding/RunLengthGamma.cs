// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Compression.Coding;

/// <summary>
/// Run-length γ code of integers that are mostly 0 · google-research/federated, compressed_communication · for each one that is not 0:
/// γ of the zeros before it plus 1, its sign (1 is positive), γ of its magnitude. Zeros at the end are not written.
/// </summary>
/// <remarks>Magnitudes and runs lie below 2³² − 1; there is one code for a sequence, and another sequence of that length has another.</remarks>
internal static class RunLengthGamma
{
    private const string What = "Run-length gamma code";

    /// <summary>Bits of the code, before they are filled up to a byte.</summary>
    public static long Bits(ReadOnlySpan<int> values)
    {
        long bits = 0;
        int start = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 0)
            {
                bits += GammaBits((uint)(i - start + 1)) + 1 + GammaBits(Magnitude(values[i]));
                start = i + 1;
            }
        }

        return bits;
    }

    /// <summary>Writes.</summary>
    /// <param name="values">Any integers.</param>
    /// <param name="destination">Room for <see cref="Bits"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<int> values, Span<byte> destination)
    {
        var writer = new BitWriter(destination);
        int start = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 0)
            {
                EliasCodes.WriteGamma(ref writer, (ulong)(i - start + 1));
                writer.Write(values[i] > 0 ? 1u : 0u, 1);
                EliasCodes.WriteGamma(ref writer, Magnitude(values[i]));
                start = i + 1;
            }
        }

        return writer.Finish();
    }

    /// <summary>Reads hostile bytes.</summary>
    /// <param name="source">All bytes of the code and no other.</param>
    /// <param name="values">As many as were written.</param>
    /// <exception cref="DataFormatException">A run leaves the values, a magnitude leaves int32, or the code ends amid a value.</exception>
    public static void Decode(ReadOnlySpan<byte> source, Span<int> values)
    {
        values.Clear();
        var reader = new BitReader(source, What);
        for (long i = 0; !reader.IsAtPadding; i++)
        {
            long at = reader.Position;
            i += (long)EliasCodes.ReadGamma(ref reader) - 1;
            if (i >= values.Length)
            {
                throw new DataFormatException($"{What}: the run at bit {at} ends at value {i}, there are {values.Length} values.");
            }

            bool isPositive = reader.Read(1) == 1;
            ulong magnitude = EliasCodes.ReadGamma(ref reader);
            if (magnitude > (isPositive ? int.MaxValue : 1UL << 31))
            {
                throw new DataFormatException($"{What}: value {i} has magnitude {magnitude}, which leaves int32.");
            }

            values[(int)i] = (int)(isPositive ? (long)magnitude : -(long)magnitude);
        }
    }

    private static uint Magnitude(int value) => (uint)Math.Abs((long)value);

    private static int GammaBits(uint value) => (2 * BitOperations.Log2(value)) + 1;
}
