// SPDX-License-Identifier: Apache-2.0
// The discrete Gaussian, exactly · C. Canonne, G. Kamath, T. Steinke, NeurIPS 2020 (arXiv 2004.00010), algorithms 2 and 3.
// P(z) ∝ e^(−z² / 2σ²) on the integers. Candidates come from the discrete Laplace law of scale t = ⌊σ⌋ + 1, and y stays with
// probability e^(−(|y| − σ²/t)² / 2σ²). σ is rational, integers only: no distance from the law, not even of the last bit.
// The time depends on the sample: this is the reference, on the host. Where time may be seen, DiscreteGaussianTable is the way.
using System.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>Samples of the discrete Gaussian without any error, a few microseconds each, in a time that depends on the sample.</summary>
/// <remarks>Not thread-safe. Not constant-time: do not use it where somebody can measure how long a draw takes.</remarks>
public sealed class ExactDiscreteGaussian
{
    private readonly ExactBernoulli _coin;
    private readonly Rational _variance;
    private readonly BigInteger _scale;

    /// <summary>A sampler for σ, which is taken exactly as the double that it is.</summary>
    /// <param name="sigma">σ, positive and finite.</param>
    /// <param name="stream">A ChaCha20 stream that nothing else uses.</param>
    public ExactDiscreteGaussian(double sigma, ChaCha20Stream stream)
        : this(Checked(sigma), new StreamBytes(stream).Fill)
    {
    }

    internal ExactDiscreteGaussian(Rational sigma, RandomBytes random)
    {
        _coin = new ExactBernoulli(random);
        _variance = sigma.Square;
        _scale = sigma.Floor + 1;
    }

    /// <summary>The next sample.</summary>
    public BigInteger Next()
    {
        while (true)
        {
            BigInteger y = NextLaplace();
            Rational centre = _variance / _scale;
            Rational distance = Rational.Distance(new Rational(BigInteger.Abs(y), 1), centre);
            if (_coin.IsExp(distance.Square / _variance / 2))
            {
                return y;
            }
        }
    }

    /// <summary>P(y) ∝ e^(−|y| / t): a sign and a magnitude, of which −0 is drawn again.</summary>
    private BigInteger NextLaplace()
    {
        while (true)
        {
            bool negative = _coin.Is(new Rational(1, 2));
            BigInteger magnitude = NextGeometric();
            if (!negative || !magnitude.IsZero)
            {
                return negative ? -magnitude : magnitude;
            }
        }
    }

    /// <summary>P(k) ∝ e^(−k / t): a remainder modulo t, which stays with probability e^(−u / t), and a multiple of t.</summary>
    private BigInteger NextGeometric()
    {
        BigInteger u;
        do
        {
            u = _coin.Below(_scale);
        }
        while (!_coin.IsExpOfFraction(new Rational(u, _scale)));
        BigInteger v = 0;
        while (_coin.IsExpOfFraction(Rational.One))
        {
            v++;
        }

        return u + (_scale * v);
    }

    private static Rational Checked(double sigma)
    {
        Throw.IfNotInRange(sigma, double.Epsilon, double.MaxValue);
        return Rational.From(sigma);
    }
}
