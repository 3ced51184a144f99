// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Privacy.Grid;

/// <summary>What both ways of clipping to a grid share: the parameters, the norm, and the factor before rounding to integers.</summary>
internal static class GridScale
{
    /// <summary>The greatest S: magnitudes stay below 2²³, where float32 and the kernels are exact.</summary>
    public const int GreatestBound = (1 << 23) - 1;

    /// <summary>C lies between 2⁻⁶⁰ and 2⁶⁰, so that S/C is a normal float32.</summary>
    public const double GreatestClippingBound = 1L << 60;

    public static void Check(double clippingBound, int gridBound)
    {
        Throw.IfNotInRange(clippingBound, 1 / GreatestClippingBound, GreatestClippingBound);
        Throw.IfNotInRange(gridBound, 1, GreatestBound);
    }

    /// <summary>The norm that scaled values may have, as long as it is at least half of S.</summary>
    /// <exception cref="ArgumentException">Rounding alone may take more than half of S.</exception>
    public static double Room(double inner, int gridBound, long dimension) => inner >= 0.5 * gridBound
        ? inner
        : throw new ArgumentException(
            $"A grid bound of {gridBound} steps is too coarse for {dimension} elements: rounding leaves less than half of it. "
            + $"It must be at least {Math.Ceiling(Math.Sqrt(dimension))}, better 100 times that.", nameof(gridBound));

    /// <summary>The norm, or null with the number of values that are none.</summary>
    public static double? Norm(ModelUpdate update, out long nonFinite)
    {
        Device device = update.Values.Device;
        double squared = device.Reduce(update.Values, default(SquaredL2Norm));
        nonFinite = double.IsFinite(squared) ? 0 : (long)device.Reduce(update.Values, default(NonFiniteCount));
        return double.IsFinite(squared) ? Math.Sqrt(squared) : null;
    }

    /// <summary>
    /// The factor that takes x to steps of the grid and to a norm of at most <paramref name="room"/>, rounded down.
    /// </summary>
    /// <remarks>
    /// Each float32 product may grow by 2⁻²⁴ when it is rounded, and the norm is good to 2⁻⁴⁰: 2⁻²³ covers both, and the 2⁻¹⁵⁰ by
    /// which a product near the denormals may grow. A float32 that passes the exact factor is stepped down.
    /// </remarks>
    public static float Factor(double norm, double room, double clippingBound, int gridBound)
    {
        double plain = gridBound / clippingBound;
        double exact = (norm * plain > room ? room / norm : plain) * (1 - (1.0 / 8388608));
        float factor = (float)exact;
        return factor > exact ? MathF.BitDecrement(factor) : factor;
    }
}
