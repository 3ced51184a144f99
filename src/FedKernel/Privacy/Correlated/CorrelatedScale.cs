// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Correlated;

/// <summary>The deviation of raw noise of a run, and the checks that its mechanisms share.</summary>
internal sealed class CorrelatedScale
{
    private readonly CorrelatedStrategy _strategy;
    private readonly double _clippingBound;

    public CorrelatedScale(CorrelatedStrategy strategy, double noiseMultiplier, double clippingBound, NeighbouringRelation relation)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e6);
        Throw.IfNotInRange(clippingBound, Kernels.ClipAndScale.LeastBound, float.MaxValue);
        (_strategy, _clippingBound) = (strategy, clippingBound);
        Event = new GaussianEvent(noiseMultiplier, relation);
        double bound = relation == NeighbouringRelation.ReplaceOne ? 2 * clippingBound : clippingBound;
        // Larger by 2⁻²², which covers the rounding of each product with a coefficient to float32.
        Deviation = noiseMultiplier * bound * Math.Sqrt(strategy.SquaredSensitivity) * (1 + (1.0 / (1 << 22)));
        Throw.IfNotInRange(Deviation, float.Epsilon, float.MaxValue);
    }

    /// <summary>What all rounds amount to.</summary>
    public GaussianEvent Event { get; }

    /// <summary>σ of the raw noises.</summary>
    public double Deviation { get; }

    /// <summary>The values to noise, if one more round is allowed for them.</summary>
    public DeviceBuffer<float> Check(BoundedUpdate bounded, int released)
    {
        ArgumentNullException.ThrowIfNull(bounded);
        if (bounded.ClippingBound > _clippingBound)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bounded), bounded.ClippingBound, $"The noise of this run covers updates clipped to at most {_clippingBound}.");
        }

        if (released >= _strategy.Rounds)
        {
            throw new PrivacyBudgetException($"All {_strategy.Rounds} rounds of this run are released; the noise covers no other.");
        }

        bounded.Take();
        return bounded.Update.Values;
    }
}
