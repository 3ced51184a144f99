// SPDX-License-Identifier: Apache-2.0
// Clipping to an integer grid, rounding to nearest · the adjusted bound is that of jax_privacy (clipping.py, clip_and_round_to_grid).
// Parameters: C, the clipping bound; S, its size in steps: the step is C/S.
//   y = x · min(S/C, (S − √d/2) / ‖x‖),   k = round(y), half to even
// Proof that ‖k‖ ≤ S: every |kᵢ − yᵢ| ≤ ½, so ‖k‖ ≤ ‖y‖ + √d/2 ≤ S. The float32 products are covered by the factor, which is rounded
// down (GridScale.Factor); what follows is exact: a magnitude below 2²³ plus 2²³ is rounded once, to an integer.
// What it costs: √d/(2S) of C: 0.05 % for a million elements at S = 2²⁰.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Privacy.Grid;

/// <summary>Brings updates to an integer grid with an L2 norm of at most S steps.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The exact L2 norm of the resulting integers is at most S.</para>
/// <para><b>Edge cases.</b> Norm 0: all zero. Values are multiplied by S/C less at most 2⁻²² of it, also where nothing is clipped. NaN
/// or infinity: refused, destination untouched, counted. Fewer than about √d steps: an error, rounding would take the whole bound.</para>
/// <para>Rounding is a function of the data: no randomness. See <see cref="StochasticGridClipping"/> where it must be unbiased.</para>
/// </remarks>
public sealed class GridClipping
{
    /// <summary>Clips at C and rounds to steps of C/S.</summary>
    /// <param name="clippingBound">C, 2⁻⁶⁰ to 2⁶⁰.</param>
    /// <param name="gridBound">S, 1 to 2²³ − 1. Sums of n such updates fit int32 for n ≤ (2³¹ − 1)/S: see <see cref="GridSum"/>.</param>
    public GridClipping(double clippingBound, int gridBound)
    {
        GridScale.Check(clippingBound, gridBound);
        (ClippingBound, GridBound) = (clippingBound, gridBound);
    }

    /// <summary>C.</summary>
    public double ClippingBound { get; }

    /// <summary>S.</summary>
    public int GridBound { get; }

    /// <summary>The norm in steps at which values are clipped before rounding: S − √d/2.</summary>
    /// <exception cref="ArgumentException">It is below S/2: the grid is too coarse for so many elements.</exception>
    public double InnerBound(long dimension) =>
        GridScale.Room(GridBound - (0.5 * Math.Sqrt(dimension)), GridBound, dimension);

    /// <summary>Clips an update and writes its integers.</summary>
    /// <param name="update">Left as it is.</param>
    /// <param name="integers">As long as the update, on its device.</param>
    public GridClippingResult Clip(ModelUpdate update, DeviceBuffer<int> integers)
    {
        if (FactorFor(update, integers, out double norm, out long nonFinite) is not { } factor)
        {
            return new GridClippingResult(null, double.NaN, 0, nonFinite, 0);
        }

        update.Values.Device.Map(update.Values, integers.Reinterpret<float>(), new RoundToGrid(factor));
        return new GridClippingResult(
            new BoundedGridUpdate(update.Layout, integers, GridBound, ClippingBound), norm, factor, 0, 0);
    }

    /// <summary>What the values are multiplied by; null if some of them are no numbers.</summary>
    internal float? FactorFor(ModelUpdate update, DeviceBuffer<int> integers, out double norm, out long nonFinite)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(integers);
        Throw.IfLengthsDiffer(update.Values.Length, integers.Length, nameof(update), nameof(integers));
        double room = InnerBound(integers.Length);
        double? found = GridScale.Norm(update, out nonFinite);
        norm = found ?? double.NaN;
        return found is null ? null : GridScale.Factor(norm, room, ClippingBound, GridBound);
    }
}
