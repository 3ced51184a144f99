// SPDX-License-Identifier: Apache-2.0
// Clipping to an integer grid with conditional stochastic rounding · P. Kairouz, Z. Liu, T. Steinke, ICML 2021 (arXiv 2102.06387),
// algorithm 1 and theorem 1: rounding is drawn again until the norm is within the bound.
// Parameters: C, S as in GridClipping; β, the chance of a redraw that the room for rounding is made for.
//   y = x · min(S/C, c/‖x‖) with B(c) = S (RoundedNorm),   k = ⌊y⌋ or ⌈y⌉, up with the chance of the fraction, until ‖k‖ ≤ S
// Different here: S is chosen and c follows, so that one S fits every dimension; the norm of the integers is checked exactly; and after
// 64 redraws the values are rounded towards zero, which cannot lengthen a vector: no input makes this run for ever, or pass S.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Privacy.Grid;

/// <summary>Brings updates to an integer grid, nearly unbiased, with an L2 norm of at most S steps.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The exact L2 norm of the resulting integers is at most S, whatever the random bits are: the key protects
/// nothing, it only must not be known to who chooses the data if the rounding is to be unbiased.</para>
/// <para><b>Not promised.</b> The time tells how often rounding was drawn again, which depends on the data. Redraws bias the
/// result by at most β/(1 − β)·√d steps: choose β small where the mean matters more than the room.</para>
/// <para><b>Edge cases.</b> As <see cref="GridClipping"/>.</para>
/// </remarks>
public sealed class StochasticGridClipping
{
    private const int MostRetries = 64;

    /// <summary>Clips at C and rounds to steps of C/S.</summary>
    /// <param name="clippingBound">C, 2⁻⁶⁰ to 2⁶⁰.</param>
    /// <param name="gridBound">S, 1 to 2²³ − 1.</param>
    /// <param name="retryProbability">β in [0, 0.99]; e^−½ as in the paper, 0 for a room in which every rounding fits.</param>
    public StochasticGridClipping(double clippingBound, int gridBound, double retryProbability = 0.60653065971263342)
    {
        GridScale.Check(clippingBound, gridBound);
        Throw.IfNotInRange(retryProbability, 0, 0.99);
        (ClippingBound, GridBound, RetryProbability) = (clippingBound, gridBound, retryProbability);
    }

    /// <summary>C.</summary>
    public double ClippingBound { get; }

    /// <summary>S.</summary>
    public int GridBound { get; }

    /// <summary>β.</summary>
    public double RetryProbability { get; }

    /// <summary>The norm in steps at which values are clipped before rounding: c with B(c) = S.</summary>
    /// <exception cref="ArgumentException">It is below S/2: the grid is too coarse for so many elements.</exception>
    public double InnerBound(long dimension) =>
        GridScale.Room(RoundedNorm.Inverse(GridBound, RetryProbability, dimension), GridBound, dimension);

    /// <summary>Clips an update and writes its integers.</summary>
    /// <param name="update">Left as it is.</param>
    /// <param name="integers">As long as the update, on its device.</param>
    /// <param name="key">Key of the client.</param>
    /// <param name="round">The round, never used twice under the key, below 2²⁴.</param>
    /// <param name="tensor">Which vector of the round, below 2²⁴; redraw r takes stream tensor + r·2²⁴.</param>
    public GridClippingResult Clip(
        ModelUpdate update, DeviceBuffer<int> integers, SecretKey256 key, uint round, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(integers);
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfLengthsDiffer(update.Values.Length, integers.Length, nameof(update), nameof(integers));
        Throw.IfNotInRange(tensor, 0u, (1u << 24) - 1);
        double room = InnerBound(integers.Length);
        if (GridScale.Norm(update, out long nonFinite) is not { } norm)
        {
            return new GridClippingResult(null, double.NaN, 0, nonFinite, 0);
        }

        float factor = GridScale.Factor(norm, room, ClippingBound, GridBound);
        DeviceBuffer<float> rounded = integers.Reinterpret<float>();
        int retries = Round(update.Values, rounded, factor, r => key.CreateStream(new StreamId(round, StreamPurpose.Rounding, tensor + (r << 24))));
        return new GridClippingResult(
            new BoundedGridUpdate(update.Layout, integers, GridBound, ClippingBound), norm, factor, 0, retries);
    }

    private int Round(DeviceBuffer<float> values, DeviceBuffer<float> rounded, float factor, Func<uint, ChaCha20Stream> stream)
    {
        Device device = values.Device;
        double limit = (double)GridBound * GridBound;
        for (uint r = 0; r < MostRetries; r++)
        {
            device.Sample(values, rounded, new DitherToGrid<ChaCha20Stream>(stream(r), factor));

            // Squares of integers below 2²³: the sum is exact up to 2⁵³, far above S², and cannot be rounded to below it.
            if (device.Reduce(rounded, default(SquaredL2Norm)) <= limit)
            {
                device.Map(rounded, rounded, new RoundToGrid(1));
                return (int)r;
            }
        }

        device.Map(values, rounded, new TruncateToGrid(factor));
        return MostRetries;
    }
}
