// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>The scale that a block of quantized values shares.</summary>
/// <remarks>In float64, whose division every device rounds correctly, OpenCL too: a division for each 256 values costs nothing.</remarks>
internal static class BlockScale
{
    /// <summary>Below it a block counts as zero: 2⁻¹⁰⁰. Its scale would be near the end of float32 and its inverse beyond.</summary>
    public const float Smallest = 7.888609e-31f;

    /// <summary>max / maximumCode; 0 for a block that counts as zero, +∞ for one that holds NaN or infinity.</summary>
    /// <param name="max">The block's max |x|, +∞ if a value is not finite.</param>
    /// <param name="maximumCode">The code of max.</param>
    public static float Of(float max, int maximumCode) => max < Smallest ? 0f : (float)(max / (double)maximumCode);

    /// <summary>maximumCode / max, by which values are multiplied; 0 where every code of the block is 0.</summary>
    /// <inheritdoc cref="Of"/>
    public static float Inverse(float max, int maximumCode) =>
        max < Smallest || max > float.MaxValue ? 0f : (float)(maximumCode / (double)max);
}
