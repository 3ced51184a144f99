// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Clipping;

namespace FedKernel.Privacy.Layers;

/// <summary>Where which noise goes: the walk that every layer-wise mechanism shares, whatever its kernel.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Window">The elements.</param>
/// <param name="StandardDeviation">σₗ.</param>
/// <param name="FirstTile">The tile of the release's one stream that the window starts at.</param>
internal readonly record struct NoiseWindow(int Group, ParameterWindow Window, double StandardDeviation, long FirstTile)
{
    /// <summary>Every window once. No two share a tile: a sample that two windows shared would cancel in their difference.</summary>
    public static IEnumerable<NoiseWindow> Of(LayerwiseNoise noise, GroupBounds bounds)
    {
        long tile = 0;
        for (int g = 0; g < bounds.Bounds.Count; g++)
        {
            double sigma = noise.StandardDeviation(bounds, g);
            Throw.IfNotInRange(sigma, float.Epsilon, float.MaxValue, "standard deviation");
            foreach (ParameterWindow window in bounds.Groups.Items[g].Windows)
            {
                yield return new NoiseWindow(g, window, sigma, tile);
                tile += (window.Length + 255) / 256;
            }
        }
    }
}
