// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>What is asked of a privacy curve.</summary>
internal abstract record LossQuestion
{
    /// <summary>A δ that is not greater than the one in question.</summary>
    public abstract double LeastDelta { get; }

    /// <summary>The θ whose tilt moves the answer to the middle.</summary>
    public abstract double Tilt(LossMoments moments);

    /// <summary>About the ε that is in question.</summary>
    public abstract double Epsilon(LossMoments moments, double tilt);

    /// <summary>ln of a δ that is not much greater than the one in question.</summary>
    public abstract double LogDelta(LossMoments moments, double tilt);

    /// <summary>Both ends of the answer.</summary>
    public abstract (double Lower, double Upper) Answer(ComposedTail above, ComposedTail below);

    /// <summary>ε and ln δ of the answer so far.</summary>
    public abstract (double Epsilon, double LogDelta) Refine(double upper);
}

/// <summary>ε at a δ.</summary>
internal sealed record EpsilonQuestion(double Delta) : LossQuestion
{
    /// <inheritdoc/>
    public override double LeastDelta => Delta;

    /// <inheritdoc/>
    public override double Tilt(LossMoments moments) => moments.TiltForDelta(Math.Log(Delta));

    /// <inheritdoc/>
    public override double Epsilon(LossMoments moments, double tilt) => moments.Mean(tilt);

    /// <inheritdoc/>
    public override double LogDelta(LossMoments moments, double tilt) => Math.Log(Delta);

    /// <inheritdoc/>
    public override (double Lower, double Upper) Answer(ComposedTail above, ComposedTail below)
    {
        double upper = above.Highest(Delta);
        return (below.Lowest(Delta, upper), upper);
    }

    /// <inheritdoc/>
    public override (double Epsilon, double LogDelta) Refine(double upper) => (upper, Math.Log(Delta));
}

/// <summary>δ at an ε.</summary>
internal sealed record DeltaQuestion(double AtEpsilon) : LossQuestion
{
    /// <inheritdoc/>
    public override double LeastDelta => 1e-270;

    /// <inheritdoc/>
    public override double Tilt(LossMoments moments) => moments.TiltForEpsilon(AtEpsilon);

    /// <inheritdoc/>
    public override double Epsilon(LossMoments moments, double tilt) => AtEpsilon;

    /// <inheritdoc/>
    public override double LogDelta(LossMoments moments, double tilt) =>
        Math.Min(0, moments.Cumulant(tilt) - (tilt * AtEpsilon) + LossMoments.LogPeak(tilt));

    /// <inheritdoc/>
    public override (double Lower, double Upper) Answer(ComposedTail above, ComposedTail below) =>
        (below.Delta(AtEpsilon), above.Delta(AtEpsilon));

    /// <inheritdoc/>
    public override (double Epsilon, double LogDelta) Refine(double upper) => (AtEpsilon, Math.Log(upper));
}
