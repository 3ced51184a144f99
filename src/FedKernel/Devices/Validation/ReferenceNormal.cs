// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>
/// A pair of normal numbers from two words, twice: in plain float32, operation for operation as documented in
/// <see cref="Kernels.GaussianNoise{TStream}"/>, and in float64 with the functions of the platform.
/// </summary>
internal static class ReferenceNormal
{
    private static readonly float[] _log =
    [
        7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
        2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f,
    ];

    private static readonly float[] _sin = [-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f];

    private static readonly float[] _cos = [2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f];

    public static (float First, float Second) Single(uint u, uint v)
    {
        float radius = MathF.Sqrt(Math.Abs(LogUniform(u) * -2f));
        uint quarter = (v + 0x20000000) >> 30;
        float y = (int)(v - (quarter << 30)) * 1.4629180792671596e-9f;
        float z = y * y;
        float s = (Horner(_sin, z) * z * y) + y;
        float c = (Horner(_cos, z) * z * z) + ((z * -0.5f) + 1f);
        (float cos, float sin) = (quarter & 3) switch { 0 => (c, s), 1 => (-s, c), 2 => (-c, -s), _ => (s, -c) };
        return (radius * cos, radius * sin);
    }

    public static (double First, double Second) Double(uint u, uint v)
    {
        double radius = Math.Sqrt(-2 * Math.Log((u + 0.5) / 4294967296.0));
        double angle = 2 * Math.PI * (v / 4294967296.0);
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }

    /// <summary>How far the two may lie apart.</summary>
    /// <remarks>
    /// float32 rounds u by up to 2⁻²⁵, hence ln u near u = 1, and the root multiplies what is there by 1/r: below r = 2⁻¹² the
    /// error is that of r² itself. Everything else is 2⁻²² of r.
    /// </remarks>
    public static double Bound(uint u)
    {
        double radius = Math.Sqrt(-2 * Math.Log((u + 0.5) / 4294967296.0));
        return (radius / (1 << 22)) + Math.Min(1.0 / (1 << 24) / radius, 1.0 / (1 << 11));
    }

    private static float LogUniform(uint word)
    {
        float u = ((word >> 8) * (1f / 16777216f)) + (((word & 0xFF) + 0.5f) * (1f / 4294967296f));
        int exponent = (int)(BitConverter.SingleToUInt32Bits(u) - 0x3F3504F3) >> 23;
        float m = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(u) - ((uint)exponent << 23)) - 1f;
        float z = m * m;
        float p = Horner(_log, m) * m * z;
        p = (exponent * -2.12194440e-4f) + p;
        p = (z * -0.5f) + p;
        return (exponent * 0.693359375f) + (m + p);
    }

    private static float Horner(float[] coefficients, float x)
    {
        float p = coefficients[0];
        for (int i = 1; i < coefficients.Length; i++)
        {
            p = (p * x) + coefficients[i];
        }

        return p;
    }
}
