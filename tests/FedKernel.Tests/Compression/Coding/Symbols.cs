// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Random;

namespace FedKernel.Tests.Compression.Coding;

/// <summary>Codes of many laws: uniform, skewed, constant, with rare ones.</summary>
internal static class Symbols
{
    public static byte[] Create(int count, int bits, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        double skew = 1 + (12 * random.NextUniform());
        int shift = random.NextBelow(256), kind = random.NextBelow(6);
        return [.. Enumerable.Range(0, count).Select(i => (byte)((kind switch
        {
            0 => shift,
            1 => i == count / 2 ? shift + 1 : shift,
            _ => shift + (int)(Math.Pow(random.NextUniform(), skew) * (1 << bits)),
        }) & ((1 << bits) - 1)))];
    }

    /// <summary>4-bit codes of a standard normal variable over the Lloyd–Max levels of the EDEN table.</summary>
    public static byte[] LloydMax(int count, ulong seed)
    {
        double[] levels = [.1283950167, .3880482345, .6567589958, .9423402689, 1.2562309480, 1.6180460517, 2.0690167302, 2.7325888041];
        var random = new SimulationRandom(new SimulationSeed(seed));
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double x = random.NextNormal();
            int level = Enumerable.Range(0, 7).Count(q => Math.Abs(x) > (levels[q] + levels[q + 1]) / 2);
            return (byte)(x < 0 ? 7 - level : 8 + level);
        })];
    }

    /// <summary>8-bit codes of a standard normal variable over the largest magnitude of a block of 256.</summary>
    public static byte[] Int8(int count, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        return [.. Enumerable.Range(0, count / 256).SelectMany(_ =>
        {
            double[] x = [.. Enumerable.Range(0, 256).Select(_ => random.NextNormal())];
            double largest = x.Max(Math.Abs);
            return x.Select(v => (byte)(sbyte)Math.Round(v / largest * 127));
        })];
    }

    public static byte[] Pack(ReadOnlySpan<byte> codes, int bits)
    {
        byte[] packed = new byte[CodePacking.Bytes(codes.Length, bits)];
        CodePacking.Pack(codes, bits, packed);
        return packed;
    }

    /// <summary>Bits of information of a code, by the definition.</summary>
    public static double Entropy(ReadOnlySpan<byte> codes)
    {
        double[] shares = new double[256];
        foreach (byte code in codes)
        {
            shares[code] += 1.0 / codes.Length;
        }

        return shares.Where(s => s > 0).Sum(s => -s * Math.Log2(s));
    }
}
