// SPDX-License-Identifier: Apache-2.0
// The discrete Laplace law, exactly · C. Canonne, G. Kamath, T. Steinke, NeurIPS 2020 (arXiv 2004.00010), algorithm 2.
// P(y) ∝ e^(−|y|/b) on the integers, b = t/s in lowest terms: u uniform below t stays with probability e^(−u/t), v counts runs of
// Bernoulli(e^−1), and ⌊(u + t·v)/s⌋ is geometric with ratio e^(−s/t). Integers only: no distance from the law.
using System.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>Samples of the discrete Laplace law without any error, on the host, in a time that depends on the sample.</summary>
/// <remarks>Not thread-safe. Not constant-time: do not use it where somebody can measure how long a draw takes.</remarks>
public sealed class ExactDiscreteLaplace
{
    private readonly ExactBernoulli _coin;
    private readonly Rational _scale;

    /// <summary>A sampler for b, which is taken exactly as the double that it is.</summary>
    /// <param name="scale">b, 2⁻¹⁰ to 2⁴⁰. The variance is about 2b² where b is large.</param>
    /// <param name="stream">A ChaCha20 stream that nothing else uses.</param>
    public ExactDiscreteLaplace(double scale, ChaCha20Stream stream)
    {
        Throw.IfNotInRange(scale, 1.0 / (1 << 10), 1L << 40);
        _scale = Rational.From(scale);
        _coin = new ExactBernoulli(new StreamBytes(stream).Fill);
    }

    /// <summary>The next sample.</summary>
    public BigInteger Next()
    {
        while (true)
        {
            bool negative = _coin.Is(new Rational(1, 2));
            BigInteger magnitude = NextGeometric();
            // −0 is drawn again, or 0 would come twice as often as it should.
            if (!negative || !magnitude.IsZero)
            {
                return negative ? -magnitude : magnitude;
            }
        }
    }

    private BigInteger NextGeometric()
    {
        BigInteger u;
        do
        {
            u = _coin.Below(_scale.Numerator);
        }
        while (!_coin.IsExpOfFraction(new Rational(u, _scale.Numerator)));
        BigInteger v = 0;
        while (_coin.IsExpOfFraction(Rational.One))
        {
            v++;
        }

        return (u + (_scale.Numerator * v)) / _scale.Denominator;
    }
}
