// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Quantizers;

/// <summary>The integers Low to High − 1, round which sums go: what is left of a sum that is known modulo High − Low.</summary>
/// <remarks>Modular clipping of K. Bonawitz et al. and of TensorFlow Federated: the sum is right if the true one lies in the range.</remarks>
/// <param name="Low">The smallest.</param>
/// <param name="High">One more than the largest.</param>
internal readonly record struct ModularRange(long Low, long High)
{
    /// <summary>−2^(bits−1) to 2^(bits−1) − 1, what codes of so many bits stand for.</summary>
    public static ModularRange OfBits(int bits) => new(-(1L << (bits - 1)), 1L << (bits - 1));

    /// <summary>The integer of the range that is the value modulo its length.</summary>
    public long Wrap(long value)
    {
        long length = High - Low, rest = (value - Low) % length;
        return Low + (rest < 0 ? rest + length : rest);
    }

    /// <summary>The largest L such that no sum of n integers in [−L, L] leaves the range: ⌊min(High − 1, −Low) / n⌋.</summary>
    public long LargestTerm(long count) => Math.Min(High - 1, -Low) / count;
}
