// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>A rational number that is not negative, in lowest terms: how many random bits a draw takes depends on the terms.</summary>
internal readonly record struct Rational
{
    /// <param name="numerator">Not negative.</param>
    /// <param name="denominator">Positive.</param>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        (Numerator, Denominator) = (numerator / divisor, denominator / divisor);
    }

    /// <summary>1.</summary>
    public static Rational One { get; } = new(1, 1);

    /// <summary>Above the line.</summary>
    public BigInteger Numerator { get; }

    /// <summary>Below the line.</summary>
    public BigInteger Denominator { get; }

    /// <summary>The largest integer that is not above it.</summary>
    public BigInteger Floor => Numerator / Denominator;

    /// <summary>What is left above <see cref="Floor"/>.</summary>
    public Rational Fraction => new(Numerator % Denominator, Denominator);

    /// <summary>The square.</summary>
    public Rational Square => new(Numerator * Numerator, Denominator * Denominator);

    /// <summary>Exactly the value of a double.</summary>
    /// <param name="value">Positive and finite.</param>
    public static Rational From(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075;
        return shift >= 0 ? new(mantissa << shift, 1) : new(mantissa, BigInteger.One << -shift);
    }

    public static Rational operator *(Rational a, Rational b) =>
        new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) =>
        new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static Rational operator /(Rational a, BigInteger b) => new(a.Numerator, a.Denominator * b);

    /// <summary>|a − b|</summary>
    public static Rational Distance(Rational a, Rational b) =>
        new(BigInteger.Abs((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator)), a.Denominator * b.Denominator);
}
