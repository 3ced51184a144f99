// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>Stochastic rounding written from its definition: the floor of scaled + u, held to ±127.</summary>
internal static class ReferenceRounding
{
    /// <summary>⌊scaled + u⌋ with u = (random + ½) / 2¹⁶, where scaled + u − ½ is rounded to float32 as the kernel declares.</summary>
    public static int Code(float scaled, uint random)
    {
        float dither = (float)(((random + 0.5) / 65536) - 0.5);
        float moved = scaled + dither;
        return (int)Math.Clamp(Math.Round((double)moved, MidpointRounding.ToEven), -127, 127);
    }

    /// <summary>round(x · scale) to nearest even, and 0 from 2⁵¹ on.</summary>
    public static long Accumulate(double x, double scale)
    {
        double term = x * scale;
        return Math.Abs(term) < Math.ScaleB(1, 51) ? (long)Math.Round(term, MidpointRounding.ToEven) : 0;
    }
}
