// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>
/// The parameter of a Golomb–Rice code of gaps that are geometric with p = k/d ·
/// Kiely, Selecting the Golomb parameter in Rice coding, 2004: b = max(0, 1 + ⌊log₂(ln(φ − 1)/ln(1 − p))⌋) with φ = (1 + √5)/2.
/// </summary>
/// <remarks>
/// Both ends compute it from k and d, so it does not travel and must be the same everywhere. Logarithms are not; but b is the number of
/// times that 1 − p can be squared before it falls below φ − 1, and that takes integers only.
/// </remarks>
internal static class RiceParameter
{
    // (φ − 1)·2⁶⁴, rounded up.
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C16;

    /// <summary>b, 0 to 31.</summary>
    /// <param name="count">k, 1 to d.</param>
    /// <param name="length">d, at most 2³² − 1.</param>
    public static int Bits(long count, long length)
    {
        // (1 − p)·2⁶⁴, rounded down; rounding moves b only where both choices cost the same.
        ulong others = (ulong)((((UInt128)(ulong)(length - count)) << 64) / (ulong)length);
        int bits = 0;
        for (; others >= GoldenRatio; bits++)
        {
            others = Math.BigMul(others, others, out _);
        }

        return bits;
    }

    /// <summary>Expected bits of an index: b + 1/(1 − (1 − p)^(2^b)), of basic operations alone, so that it is the same everywhere.</summary>
    /// <inheritdoc cref="Bits"/>
    public static double ExpectedBits(long count, long length)
    {
        int bits = Bits(count, length);
        double others = (double)(length - count) / length;
        for (int i = 0; i < bits; i++)
        {
            others *= others;
        }

        return bits + (1 / (1 - others));
    }
}
