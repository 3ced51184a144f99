// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Privacy.Grid;

/// <summary>The exact sum of vectors on one integer grid, in int32, in any order.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Of summands whose magnitudes are at most S the sum is exact: no more than (2³¹ − 1 − reserve)/S are taken,
/// 2047 for S = 2²⁰ without a reserve. The reserve is for noise: a sum of noise shares of total variance σ² in d coordinates stays
/// below <see cref="NoiseReserve"/> but for a chance that is stated. Past it the sum would wrap around modulo 2³², which spoils the
/// sum but no guarantee of privacy: wrapping looks at nothing but the release.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
public sealed class GridSum
{
    private bool _noisy;

    /// <summary>An empty sum.</summary>
    /// <param name="sum">Where it is kept; set to zero here.</param>
    /// <param name="gridBound">S: each summand is at most this in magnitude before noise.</param>
    /// <param name="noiseReserve">Steps left free for noise, 0 to 2³¹ − 1 − S.</param>
    public GridSum(DeviceBuffer<int> sum, int gridBound, long noiseReserve = 0)
    {
        ArgumentNullException.ThrowIfNull(sum);
        LargestCohort = CohortLimit(gridBound, noiseReserve);
        (Integers, GridBound) = (sum, gridBound);
        sum.Device.Generate(sum.Reinterpret<float>(), new Fill(0));
    }

    /// <summary>The sum, in the caller's buffer.</summary>
    public DeviceBuffer<int> Integers { get; }

    /// <summary>S: by how much, in L2 norm, a client that adds one bounded vector or none changes the sum.</summary>
    public int GridBound { get; }

    /// <summary>How many summands fit.</summary>
    public int LargestCohort { get; }

    /// <summary>Summands so far.</summary>
    public int Count { get; private set; }

    /// <summary>⌊(2³¹ − 1 − reserve) / S⌋: the cohort whose sum cannot overflow int32.</summary>
    /// <param name="gridBound">S, 1 to 2²³ − 1.</param>
    /// <param name="noiseReserve">Steps left free for noise, 0 to 2³¹ − 1 − S.</param>
    public static int CohortLimit(int gridBound, long noiseReserve = 0)
    {
        Throw.IfNotInRange(gridBound, 1, GridScale.GreatestBound);
        Throw.IfNotInRange(noiseReserve, 0, int.MaxValue - gridBound);
        return (int)((int.MaxValue - noiseReserve) / gridBound);
    }

    /// <summary>A magnitude that summed noise of variance σ² passes in any of d coordinates with a chance of at most p.</summary>
    /// <remarks>
    /// ⌈L/3 + √(L²/9 + 2σ²L)⌉ with L = ln(2d/p): Bernstein's bound, which holds for sums of Skellam noise, because cosh λ − 1 ≤
    /// λ²/2/(1 − λ/3), and for sums of discrete Gaussians, which are subgaussian (Canonne, Kamath, Steinke 2020, corollary 17).
    /// </remarks>
    /// <param name="sigma">σ of the summed noise, in steps; positive, at most 2³⁰.</param>
    /// <param name="dimension">d, at least 1.</param>
    /// <param name="probability">p in (0, 1).</param>
    public static long NoiseReserve(double sigma, long dimension, double probability)
    {
        Throw.IfNotInRange(sigma, double.Epsilon, 1 << 30);
        Throw.IfNotInRange(dimension, 1, long.MaxValue);
        Throw.IfNotInRange(probability, double.Epsilon, Math.BitDecrement(1.0));
        double log = Math.Log(2.0 * dimension) - Math.Log(probability);
        return (long)Math.Ceiling((log / 3) + Math.Sqrt((log * log / 9) + (2 * sigma * sigma * log)));
    }

    /// <summary>Adds a vector whose norm was proven here; with or without noise.</summary>
    /// <exception cref="ArgumentException">It has another grid bound.</exception>
    /// <exception cref="InvalidOperationException">The cohort is full, or the sum has its noise already.</exception>
    public void Add(BoundedGridUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        update.RequireBound(GridBound);
        AddReceived(update.Integers);
    }

    /// <summary>Adds integers that somebody sent: that their norm was at most S before noise is that client's promise, unseen.</summary>
    /// <param name="integers">On the same grid.</param>
    /// <exception cref="InvalidOperationException">The cohort is full, or the sum has its noise already.</exception>
    public void AddReceived(DeviceBuffer<int> integers)
    {
        ArgumentNullException.ThrowIfNull(integers);
        RefuseNoisy();
        if (Count == LargestCohort)
        {
            throw new InvalidOperationException(
                $"{LargestCohort} summands is all that int32 holds on this grid: take fewer steps, or sum in parts.");
        }

        DeviceBuffer<float> sum = Integers.Reinterpret<float>();
        Integers.Device.Map(sum, integers.Reinterpret<float>(), sum, default(AddIntegers));
        Count++;
    }

    /// <summary>A mechanism takes the sum: nothing is added to it afterwards.</summary>
    internal void Take()
    {
        RefuseNoisy();
        _noisy = true;
    }

    /// <summary>Writes sum · step / n as float32.</summary>
    /// <param name="step">C/S.</param>
    /// <param name="denominator">n, fixed before the round: under differential privacy never the number that happened to arrive.</param>
    /// <param name="destination">As long as the sum.</param>
    public void Resolve(double step, double denominator, DeviceBuffer<float> destination)
    {
        Throw.IfNotInRange(step, float.Epsilon, float.MaxValue);
        Throw.IfNotInRange(denominator, float.Epsilon, float.MaxValue);
        Integers.Device.Map(Integers.Reinterpret<float>(), destination, new GridToFloat((float)(step / denominator)));
    }

    private void RefuseNoisy()
    {
        if (_noisy)
        {
            throw new InvalidOperationException("Noise was added to this sum before: it takes no summand and no noise any more.");
        }
    }
}
