// SPDX-License-Identifier: Apache-2.0
// Bernoulli(γ) and Bernoulli(e^−γ) from uniform integers · C. Canonne, G. Kamath, T. Steinke, "The discrete Gaussian for
// differential privacy", NeurIPS 2020 (arXiv 2004.00010), algorithm 1. γ is rational; nothing is ever rounded.
// Which bits are read is that of libprio-rs, whose published samples this reproduces.
using System.Buffers.Binary;
using System.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>Exact coins.</summary>
/// <param name="random">Where the bytes come from.</param>
internal sealed class ExactBernoulli(RandomBytes random)
{
    /// <summary>Uniform in [0, bound): as many bits as the bound has, in words of 32 bits, low word first, until they are below it.</summary>
    /// <param name="bound">Positive.</param>
    public BigInteger Below(BigInteger bound)
    {
        long bits = bound.GetBitLength();
        int count = (int)((bits + 31) / 32), rest = (int)(bits % 32);
        byte[] bytes = new byte[4 * count];
        while (true)
        {
            random(bytes);
            if (rest > 0)
            {
                Span<byte> last = bytes.AsSpan(4 * (count - 1));
                BinaryPrimitives.WriteUInt32LittleEndian(last, BinaryPrimitives.ReadUInt32LittleEndian(last) >> (32 - rest));
            }

            var value = new BigInteger(bytes, isUnsigned: true);
            if (value < bound)
            {
                return value;
            }
        }
    }

    /// <summary>True with probability γ, at most 1.</summary>
    public bool Is(Rational gamma) => Below(gamma.Denominator) < gamma.Numerator;

    /// <summary>True with probability e^−γ.</summary>
    public bool IsExp(Rational gamma)
    {
        for (BigInteger i = gamma.Floor; i > 0; i--)
        {
            if (!IsExpOfFraction(Rational.One))
            {
                return false;
            }
        }

        return IsExpOfFraction(gamma.Fraction);
    }

    /// <summary>True with probability e^−γ for γ at most 1: the length of a run of Bernoulli(γ / k), k = 1, 2, …, is odd or not.</summary>
    public bool IsExpOfFraction(Rational gamma)
    {
        int k = 1;
        while (Is(gamma / k))
        {
            k++;
        }

        return k % 2 == 1;
    }
}
