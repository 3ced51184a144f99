// SPDX-License-Identifier: Apache-2.0
// The Poisson law by inversion, in fixed point: P(k) ∝ λ^k / k!, from the mode outward by P(k+1) = P(k)·λ/(k+1) and P(k−1) = P(k)·k/λ.
// Error in total variation:
//   256 bits after the point. A step rounds by one unit and the ratios are at most 1, so after n < 2²⁰ steps a weight is off by less
//   than 2²⁰ units and their sum by 2⁴⁰: below 2⁻²⁰⁰.
//   Weights below 2⁻¹⁶⁰ of the mode are cut off. There the ratio to the next is at most 1 − 2⁻¹⁴, so what is cut is below 2⁻¹⁴⁵.
//   Thresholds have 128 bits: n of them, each rounded by less than one: n · 2⁻¹²⁸, which is what counts.
using System.Buffers.Binary;
using System.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>Inversion of a Poisson law, up to <see cref="FailureMass"/>. Immutable.</summary>
internal sealed class PoissonTable
{
    /// <summary>The greatest λ: 2²⁸, for some 500,000 thresholds.</summary>
    public const double GreatestMean = 1 << 28;

    private const int Precision = 256;
    private const int CutOff = 160;

    private readonly UInt128[] _thresholds;
    private readonly long _first;

    /// <param name="mean">λ, 2⁻³⁰ to <see cref="GreatestMean"/>, taken exactly as the double that it is.</param>
    public PoissonTable(double mean)
    {
        Throw.IfNotInRange(mean, 1.0 / (1 << 30), GreatestMean);
        Rational lambda = Rational.From(mean);
        BigInteger one = BigInteger.One << Precision, least = one >> CutOff;
        long mode = (long)Math.Floor(mean);
        var below = new List<BigInteger>();
        BigInteger weight = one;
        for (long k = mode; k > 0 && weight >= least; k--)
        {
            weight = weight * k * lambda.Denominator / lambda.Numerator;
            below.Add(weight);
        }

        var weights = new List<BigInteger>(Enumerable.Reverse(below)) { one };
        weight = one;
        for (long k = mode + 1; weight >= least; k++)
        {
            weight = weight * lambda.Numerator / (lambda.Denominator * k);
            weights.Add(weight);
        }

        _first = mode - below.Count;
        _thresholds = Thresholds(weights);
        FailureMass = (weights.Count + 1) * Math.ScaleB(1, -128);
    }

    /// <summary>Total variation distance of a draw from the law, at most.</summary>
    public double FailureMass { get; }

    /// <summary>A draw from 16 random bytes. The time depends on it.</summary>
    public long Draw(RandomBytes random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random(bytes);
        UInt128 u = BinaryPrimitives.ReadUInt128LittleEndian(bytes);

        // The first threshold above u; the last value has none, it takes what is left.
        int low = 0, high = _thresholds.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = u < _thresholds[middle] ? (low, middle) : (middle + 1, high);
        }

        return _first + low;
    }

    /// <summary>⌊2¹²⁸·P(X ≤ k)⌋ for every k but the last.</summary>
    private static UInt128[] Thresholds(List<BigInteger> weights)
    {
        BigInteger total = BigInteger.Zero, sum = BigInteger.Zero;
        weights.ForEach(w => total += w);
        var thresholds = new UInt128[weights.Count - 1];
        for (int i = 0; i < thresholds.Length; i++)
        {
            sum += weights[i];
            thresholds[i] = (UInt128)((sum << 128) / total);
        }

        return thresholds;
    }
}
