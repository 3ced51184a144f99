// SPDX-License-Identifier: Apache-2.0
// The law of the discrete Gaussian in fixed point: P(|X| = k) = (k > 0 ? 2 : 1) · g^(k²) / Z with g = e^(−1 / 2σ²), Z = 1 + 2·Σ g^(k²).
// 320 bits after the point. e^−y is a Taylor series of y / 2^s and s squarings; powers come from g^((k+1)²) = g^(k²) · g^(2k+1).
// Error: a product rounds by one unit, the squarings (s ≤ 20) and the powers (k < 1024) multiply it by less than 2³⁶, the sum Z
// and its division by less than 2¹⁰ more. So masses are good to 2⁻²⁷⁰, and we count 2⁻²⁰⁰.
using System.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>Masses of the magnitudes 0, 1, 2, … of a discrete Gaussian with a small σ.</summary>
internal sealed class DiscreteGaussianLaw
{
    /// <summary>Bits after the point.</summary>
    public const int Precision = 320;

    /// <summary>log₂ of the error of each mass that callers count.</summary>
    public const int ErrorExponent = -200;

    private const int MaximumMagnitude = 1023;

    /// <summary>The law up to the magnitude beyond which less than 2^<paramref name="tailExponent"/> is left.</summary>
    /// <param name="variance">σ², at most 32².</param>
    /// <param name="tailExponent">Negative.</param>
    public DiscreteGaussianLaw(Rational variance, int tailExponent)
    {
        BigInteger one = BigInteger.One << Precision;
        BigInteger g = ExpOfMinus((variance.Denominator << Precision) / (2 * variance.Numerator));
        var powers = new List<BigInteger> { one };
        BigInteger step = g, square = Multiply(g, g), sum = one;
        while (!powers[^1].IsZero && powers.Count <= MaximumMagnitude)
        {
            powers.Add(Multiply(powers[^1], step));
            step = Multiply(step, square);
            sum += 2 * powers[^1];
        }

        List<BigInteger> masses = [.. powers.Select((p, k) => ((k > 0 ? 2 : 1) * p << Precision) / sum)];
        BigInteger tail = 0, most = one >> -tailExponent;
        int last = masses.Count - 1;
        while (last > 0 && tail + masses[last] <= most)
        {
            tail += masses[last];
            last--;
        }

        Masses = [.. masses.Take(last + 1)];
        TailMass = Math.ScaleB((double)(tail + 1), -Precision);
    }

    /// <summary>P(|X| = k) · 2^<see cref="Precision"/>, for each magnitude that is kept.</summary>
    public IReadOnlyList<BigInteger> Masses { get; }

    /// <summary>P(|X| is beyond those).</summary>
    public double TailMass { get; }

    /// <summary>e^−y in fixed point.</summary>
    public static BigInteger ExpOfMinus(BigInteger y)
    {
        int squarings = (int)Math.Max(0, y.GetBitLength() - Precision) + 8;
        BigInteger x = y >> squarings, term = BigInteger.One << Precision, sum = term;
        for (int i = 1; !term.IsZero; i++)
        {
            term = Multiply(term, x) / i;
            sum += i % 2 == 0 ? term : -term;
        }

        for (int s = 0; s < squarings; s++)
        {
            sum = Multiply(sum, sum);
        }

        return sum;
    }

    private static BigInteger Multiply(BigInteger a, BigInteger b) => (a * b) >> Precision;
}
