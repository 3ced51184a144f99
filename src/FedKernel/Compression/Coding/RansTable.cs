// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Compression.Coding;

/// <summary>Frequencies of the codes as integers that sum to 4096. They follow from the counts alone, in integers, so there is one table for a text.</summary>
internal sealed class RansTable
{
    /// <summary>Bits of the sum.</summary>
    public const int LogSum = 12;

    /// <summary>The sum: 4096.</summary>
    public const int Sum = 1 << LogSum;

    private const string What = "rANS table";

    // Costs are in units of 2⁻¹⁶ bits.
    private const int CostBits = 16;

    private readonly ushort[] _frequencies;

    private RansTable(ushort[] frequencies) => _frequencies = frequencies;

    /// <summary>Of each code; 0 for one that does not occur.</summary>
    public ReadOnlySpan<ushort> Frequencies => _frequencies;

    /// <summary>
    /// ⌊4096·c/n⌋, at least 1 where c is not 0; what is missing goes to the largest remainders, what is too much comes from the
    /// largest frequencies, one each time; the lowest code first among equals.
    /// </summary>
    /// <param name="counts">At least one code.</param>
    public static RansTable Of(SymbolCounts counts)
    {
        var frequencies = new ushort[1 << counts.Bits];
        var remainders = new ulong[frequencies.Length];
        int sum = 0;
        for (int s = 0; s < frequencies.Length; s++)
        {
            (ulong quotient, remainders[s]) = Math.DivRem(counts[s] << LogSum, (ulong)counts.Total);
            frequencies[s] = (ushort)quotient;
            if (quotient == 0 && counts[s] > 0)
            {
                (frequencies[s], remainders[s]) = (1, 0);
            }

            sum += frequencies[s];
        }

        for (; sum < Sum; sum++)
        {
            int s = IndexOfMaximum<ulong>(remainders);
            frequencies[s]++;
            remainders[s] = 0;
        }

        for (; sum > Sum; sum--)
        {
            frequencies[IndexOfMaximum<ushort>(frequencies)]--;
        }

        return new RansTable(frequencies);
    }

    /// <summary>Reads a table that nobody vouches for.</summary>
    /// <param name="source">Bytes that begin with one.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="length">Bytes of the table.</param>
    /// <exception cref="DataFormatException">The frequencies do not sum to 4096, or the table is cut.</exception>
    public static RansTable Read(ReadOnlySpan<byte> source, int bits, out int length)
    {
        var reader = new BitReader(source, What);
        var frequencies = new ushort[1 << bits];
        long sum = 0;
        for (int s = 0; s < frequencies.Length && sum <= Sum; s++)
        {
            ulong frequency = EliasCodes.ReadDelta(ref reader) - 1;
            sum += (long)frequency;
            frequencies[s] = (ushort)frequency;
        }

        if (sum != Sum)
        {
            throw new DataFormatException($"{What}: the frequencies sum to {sum}{(sum > Sum ? " or more" : "")}, they must sum to {Sum}.");
        }

        length = (int)((reader.Position + 7) >> 3);
        IndexSet.CheckPadding(What, source[..length], reader.Position);
        return new RansTable(frequencies);
    }

    /// <summary>Writes Elias δ of each frequency plus 1, filled up to a byte.</summary>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        var writer = new BitWriter(destination);
        foreach (ushort frequency in _frequencies)
        {
            EliasCodes.WriteDelta(ref writer, frequency + 1UL);
        }

        return writer.Finish();
    }

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public int Bytes()
    {
        // No frequency takes more than δ of 4097, 19 bits.
        Span<byte> bytes = stackalloc byte[256 * 19 / 8];
        return Write(bytes);
    }

    /// <summary>⌈Σ c·log₂(4096/f) / 8⌉ bytes, from a logarithm in integers that is the same everywhere.</summary>
    public long InformationBytes(SymbolCounts counts)
    {
        UInt128 cost = 0;
        for (int s = 0; s < _frequencies.Length; s++)
        {
            if (_frequencies[s] > 0)
            {
                cost += (UInt128)counts[s] * Cost(_frequencies[s]);
            }
        }

        return (long)((cost + ((8u << CostBits) - 1)) >> (CostBits + 3));
    }

    /// <summary>log₂(4096/f) in units of 2⁻¹⁶, rounded up: the bits of a logarithm come from squaring.</summary>
    private static uint Cost(uint frequency)
    {
        int whole = BitOperations.Log2(frequency);
        ulong mantissa = (ulong)frequency << (31 - whole);
        uint log = (uint)whole;
        for (int i = 0; i < CostBits; i++)
        {
            mantissa = (mantissa * mantissa) >> 31;
            uint bit = (uint)(mantissa >> 32);
            mantissa >>= (int)bit;
            log = (log << 1) | bit;
        }

        return ((uint)LogSum << CostBits) - log;
    }

    private static int IndexOfMaximum<T>(ReadOnlySpan<T> values)
        where T : INumber<T>
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
