// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>round(x · scale) to nearest even, on integers: no float operation that could round twice.</summary>
internal static class ReferenceFixedPoint
{
    public static long Round(float x, double scale)
    {
        (Int128 a, int ea) = Split(x);
        (Int128 b, int eb) = Split(scale);
        Int128 product = a * b;
        int shift = -(ea + eb);
        if (shift <= 0)
        {
            return (long)(product << -shift);
        }

        // The product has at most 77 bits: half a unit beyond 100 bits is never reached.
        if (shift > 100)
        {
            return 0;
        }

        bool negative = product < 0;
        Int128 magnitude = negative ? -product : product;
        Int128 whole = magnitude >> shift, rest = magnitude - (whole << shift), half = Int128.One << (shift - 1);
        bool up = rest > half || (rest == half && (whole & 1) == 1);
        long rounded = (long)(up ? whole + 1 : whole);
        return negative ? -rounded : rounded;
    }

    // value = integer · 2^exponent
    private static (Int128 Integer, int Exponent) Split(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & 0xF_FFFF_FFFF_FFFF;
        long integer = biased == 0 ? fraction : fraction | (1L << 52);
        return (bits < 0 ? -integer : integer, Math.Max(biased, 1) - 1075);
    }
}
