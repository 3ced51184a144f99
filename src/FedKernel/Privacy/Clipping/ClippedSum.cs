// SPDX-License-Identifier: Apache-2.0
// Clip and sum a cohort · M. Abadi et al., CCS 2016, algorithm 1, over clients as in B. McMahan et al., ICLR 2018, algorithm 1.
// Different here: the sum is one of integers, so two neighbouring cohorts differ by exactly one clipped contribution, in whatever
// order they were added. A float sum does not keep that: S. Casacuberta et al., "Widespread underestimation of sensitivity in
// differentially private libraries and how to fix it", CCS 2022 (arXiv 2207.10635). Each contribution is clipped a little below
// C, by half a step of the grid in every coordinate, so that its rounded form is within C.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Privacy.Clipping;

/// <summary>The clipped and weighted sum of a cohort, exact and in any order. Clipping is a factor on the way in.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Sums of neighbouring cohorts differ in each group by at most Cₗ on the grid (twice that for
/// replace-one). <see cref="Resolve"/> rounds once to float32, which is not covered; nor are the low bits of continuous noise.</para>
/// <para><b>Edge cases.</b> An update with NaN or infinity is dropped whole and counted; the denominator stays what it is.</para>
/// <para><b>Cost.</b> Two passes that read each update, and the sums once for a call's updates; the updates are left as they were. Not
/// thread-safe.</para>
/// </remarks>
public sealed class ClippedSum : IDisposable
{
    /// <summary>The most updates of a sum: 2²².</summary>
    public const int MaximumCount = 1 << 22;

    // Terms reach 2⁴⁰ at most: 2²² of them stay below 2⁶², and the grid is 2⁻³⁹ of C or finer.
    private const int TermBits = 40;

    private const int RowsOfAPass = 64;

    private readonly UpdateClipping _clipping;
    private readonly CappedWeights _weights;
    private readonly GroupBounds _bounds;
    private readonly int[] _fractionBits;
    private readonly double[] _targets;
    private readonly DeviceBuffer<long> _sums;
    private bool _isResolved;

    /// <summary>An empty sum.</summary>
    /// <param name="device">Where the sums lie: 8 bytes an element.</param>
    /// <param name="layout">The layout of every update.</param>
    /// <param name="clipping">How each update is bounded.</param>
    /// <param name="weights">Capped weights and the denominator.</param>
    public ClippedSum(Device device, ParameterLayout layout, UpdateClipping clipping, CappedWeights weights)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(clipping);
        ArgumentNullException.ThrowIfNull(weights);
        (_clipping, _weights, _bounds) = (clipping, weights, clipping.BoundsFor(layout));
        int groups = _bounds.Bounds.Count;
        (_fractionBits, _targets) = (new int[groups], new double[groups]);
        for (int g = 0; g < groups; g++)
        {
            double bound = _bounds.Bounds[g];
            _fractionBits[g] = TermBits - (Math.ILogB(bound) + 1);
            // Half a step a coordinate, and what the product in float64 adds to it.
            _targets[g] = bound - (0.51 * Math.Sqrt(_bounds.Groups.Items[g].Length) * Math.ScaleB(1, -_fractionBits[g]));
        }

        _sums = device.Allocate<long>(layout.Length);
    }

    /// <summary>Updates in the sum. Private like the sum: release it by a mechanism or not at all.</summary>
    public int Count { get; private set; }

    /// <summary>Updates that were dropped because they hold NaN or infinity; private as well.</summary>
    public int DroppedCount { get; private set; }

    /// <summary>The integers, for tests of the sensitivity.</summary>
    internal DeviceBuffer<long> Integers => _sums;

    /// <summary>Steps of the grid in 1, of each group, as a power of two.</summary>
    internal IReadOnlyList<int> FractionBits => _fractionBits;

    /// <summary>Clips an update on its way into the sum.</summary>
    /// <param name="update">On the sum's device, with its layout; left as it is, not kept.</param>
    /// <param name="exampleCount">n of the client: its weight is min(n / n_cap, 1).</param>
    /// <returns>False if it was dropped and counted because it holds NaN or infinity.</returns>
    /// <exception cref="ArgumentException">The update has another layout or lives on another device.</exception>
    /// <exception cref="InvalidOperationException">The sum is full.</exception>
    public bool Fold(ModelUpdate update, double exampleCount = 1) => FoldMany([update], [exampleCount]) == 1;

    /// <summary>The same for many: the same integers, while the sums cross the memory bus once for up to 64 of them.</summary>
    /// <param name="updates">As for one.</param>
    /// <param name="exampleCounts">n of each.</param>
    /// <returns>How many are in the sum; the others were dropped and counted.</returns>
    /// <exception cref="ArgumentException">As for one; then none is in the sum.</exception>
    /// <exception cref="InvalidOperationException">The sum has no place for all of them.</exception>
    public int FoldMany(IReadOnlyList<ModelUpdate> updates, ReadOnlySpan<double> exampleCounts)
    {
        ArgumentNullException.ThrowIfNull(updates);
        Throw.IfLengthsDiffer(updates.Count, exampleCounts.Length, nameof(updates), nameof(exampleCounts));
        ThrowIfResolved();
        for (int u = 0; u < updates.Count; u++)
        {
            // All before the first: an error half-way would leave a sum with some of them.
            ArgumentNullException.ThrowIfNull(updates[u], nameof(updates));
            GroupClipping.Same(_bounds, updates[u].Layout);
            _weights.Weight(exampleCounts[u]);
            if (!ReferenceEquals(updates[u].Values.Device, _sums.Device))
            {
                Throw.ForeignBuffer(nameof(updates), _sums.Device.Info.Id);
            }
        }

        if (updates.Count > MaximumCount - Count)
        {
            throw new InvalidOperationException(
                $"The sum holds {Count} updates and {updates.Count} more came; allowed are {MaximumCount}.");
        }

        int before = Count;
        for (int u = 0; u < updates.Count; u += RowsOfAPass)
        {
            FoldPass([.. updates.Skip(u).Take(RowsOfAPass)], exampleCounts[u..Math.Min(u + RowsOfAPass, updates.Count)]);
        }

        return Count - before;
    }

    /// <summary>Clips a compressed update on its way into the sum, by its norm and without a dense copy where one bound holds for all of it.</summary>
    /// <param name="update">Decoded on the sum's device, with its length; not kept.</param>
    /// <param name="exampleCount">n of the client.</param>
    /// <returns>As for a dense one.</returns>
    /// <exception cref="ArgumentException">The update has another length.</exception>
    /// <exception cref="InvalidOperationException">The sum is full.</exception>
    internal bool Fold(IEncodedUpdate update, double exampleCount)
    {
        ArgumentNullException.ThrowIfNull(update);
        Throw.IfLengthsDiffer(_sums.Length, update.Length, "the sum", nameof(update));
        ThrowIfResolved();
        double weight = _weights.Weight(exampleCount);
        if (_targets.Length > 1)
        {
            // Norms of groups are not known before it is decoded.
            using var dense = new ModelUpdate(_bounds.Groups.Layout, _sums.Device.Allocate<float>(update.Length));
            update.DecodeTo(dense.Values);
            return Fold(dense, exampleCount);
        }

        if (Count == MaximumCount)
        {
            throw new InvalidOperationException($"The sum holds {Count} updates and 1 more came; allowed are {MaximumCount}.");
        }

        if (!double.IsFinite(update.LargestMagnitude) || !double.IsFinite(update.SquaredL2Norm))
        {
            DroppedCount++;
            return false;
        }

        double factor = weight * Factor(update.SquaredL2Norm, 0);
        update.AccumulateTo(_sums, new FixedPointAccumulate(Math.ScaleB(factor, _fractionBits[0])));
        Count++;
        return true;
    }

    /// <summary>Writes Σ wᵢ · clip(xᵢ) / (qW), once.</summary>
    /// <param name="destination">As long as the layout, on the same device.</param>
    /// <returns>The values with their bounds, for a mechanism.</returns>
    public BoundedSum Resolve(DeviceBuffer<float> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Throw.IfLengthsDiffer(_sums.Length, destination.Length, "the sum", nameof(destination));
        ThrowIfResolved();
        _isResolved = true;
        for (int g = 0; g < _fractionBits.Length; g++)
        {
            var kernel = new FixedPointResolve(Math.ScaleB(1 / _weights.ExpectedTotal, -_fractionBits[g]));
            foreach (ParameterWindow window in _bounds.Groups.Items[g].Windows)
            {
                _sums.Device.Resolve(
                    _sums.Slice(window.Start, window.Length), destination.Slice(window.Start, window.Length), kernel);
            }
        }

        return new BoundedSum(destination, _bounds.Scaled(1 / _weights.ExpectedTotal));
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();

    /// <summary>The norm is good to 2⁻⁴⁰.</summary>
    private double Factor(double squaredNorm, int group) =>
        _clipping.Factor(Math.Sqrt(squaredNorm) * (1 + Math.ScaleB(1, -39)), _targets[group]);

    /// <summary>One sum, one release: two that differ by one update, under one noise, would give that update away.</summary>
    private void ThrowIfResolved()
    {
        if (_isResolved)
        {
            throw new InvalidOperationException("The sum was resolved already; begin another for the next release.");
        }
    }

    private void FoldPass(ModelUpdate[] updates, ReadOnlySpan<double> exampleCounts)
    {
        var rows = new List<DeviceBuffer<float>>(updates.Length);
        var factors = new List<double[]>(updates.Length);
        for (int u = 0; u < updates.Length; u++)
        {
            if (UpdateClipping.SquaredNorms(updates[u].Values, _bounds.Groups) is not { } squaredNorms)
            {
                DroppedCount++;
                continue;
            }

            double weight = _weights.Weight(exampleCounts[u]);
            rows.Add(updates[u].Values);
            factors.Add([.. squaredNorms.Select((s, g) => weight * Factor(s, g))]);
        }

        if (rows.Count == 0)
        {
            return;
        }

        var largest = new double[rows.Count];
        for (int g = 0; g < _targets.Length; g++)
        {
            FixedPointAccumulate[] kernels = [.. factors.Select(f => new FixedPointAccumulate(Math.ScaleB(f[g], _fractionBits[g])))];
            foreach (ParameterWindow w in _bounds.Groups.Items[g].Windows)
            {
                DeviceBuffer<float>[] windows = [.. rows.Select(r => r.Slice(w.Start, w.Length))];
                _sums.Device.AccumulateRows<float, FixedPointAccumulate>(windows, kernels, _sums.Slice(w.Start, w.Length), largest);
            }
        }

        Count += rows.Count;
    }
}
