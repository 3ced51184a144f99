// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>Inputs of kernel tests: reproducible, and full of what breaks loops.</summary>
/// <remarks>The generator is the mixer of SplitMix64 (G. Steele et al., OOPSLA 2014): it must not be the one under test.</remarks>
internal static class TestValues
{
    private static readonly float[] _special =
    [
        float.NaN, 0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon,
        1.1754942e-38f, -1.1754942e-38f, 1.1754944e-38f, float.MaxValue, float.MinValue, 1e-30f, -1e30f,
        1f, -1f, 16777216f, -16777217f, 0.1f, 3.4e-42f,
    ];

    public static ulong Mix(ulong seed, ulong index)
    {
        ulong z = (seed * 0xD1342543DE82EF95) + ((index + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Every eighth value is NaN, a zero, an infinity, a denormal, huge or tiny; the others span 40 binades.</summary>
    public static float Any(ulong seed, long index)
    {
        ulong bits = Mix(seed, (ulong)index);
        return (bits & 7) == 0 ? _special[(bits >> 3) % (ulong)_special.Length] : Spread(bits, 40);
    }

    /// <summary>Finite, of both signs, over 20 binades around 1, zeros and denormals among them.</summary>
    public static float Finite(ulong seed, long index)
    {
        ulong bits = Mix(seed, (ulong)index);
        return (bits & 63) switch
        {
            0 => 0f,
            1 => -0f,
            2 => float.Epsilon,
            _ => Spread(bits, 20),
        };
    }

    /// <summary>Finite, of both signs, over 64 binades: float64 rounds nearly every sum of them, so the order shows.</summary>
    public static float Wide(ulong seed, long index)
    {
        ulong bits = Mix(seed, (ulong)index);
        return (bits & 63) switch
        {
            0 => 0f,
            1 => -0f,
            2 => float.Epsilon,
            _ => Spread(bits, 64),
        };
    }

    private static float Spread(ulong bits, int binades)
    {
        uint exponent = 127 - (uint)(binades / 2) + (uint)((bits >> 40) % (ulong)binades);
        return BitConverter.UInt32BitsToSingle(((uint)(bits >> 63) << 31) | (exponent << 23) | (uint)((bits >> 8) & 0x7FFFFF));
    }
}
