// SPDX-License-Identifier: Apache-2.0
// Three readers of the same release. None looks for a fault that it knows to be there; each is what a curious client would try.
namespace FedKernel.Training.Auditing;

/// <summary>The adversaries of sums over a <see cref="CanaryPlan"/>.</summary>
public static class Adversaries
{
    /// <summary>Projection, differencing and exact match.</summary>
    public static IReadOnlyList<IAuditAdversary> All(CanaryPlan plan) =>
        [new ProjectionAdversary(plan), new DifferencingAdversary(plan), new ExactMatchAdversary(plan)];
}

/// <summary>The round's vector along the canary: the most powerful test against independent Gaussian noise (Neyman, Pearson 1933).</summary>
/// <param name="plan">The canaries.</param>
public sealed class ProjectionAdversary(CanaryPlan plan) : IAuditAdversary
{
    /// <inheritdoc/>
    public string Name => "projection";

    /// <inheritdoc/>
    public double[] Score(ReadOnlySpan<byte> released)
    {
        float[][] rounds = ReleasedVectors.Read(released, CanaryPlan.RoundCount, plan.Count);
        return [.. Enumerable.Range(0, plan.Count).Select(i => (double)rounds[CanaryPlan.RoundOf(i)][i])];
    }
}

/// <summary>The canary's round less the other one: noise that was used twice falls out and leaves the canary bare.</summary>
/// <param name="plan">The canaries.</param>
public sealed class DifferencingAdversary(CanaryPlan plan) : IAuditAdversary
{
    /// <inheritdoc/>
    public string Name => "differencing";

    /// <inheritdoc/>
    public double[] Score(ReadOnlySpan<byte> released)
    {
        float[][] rounds = ReleasedVectors.Read(released, CanaryPlan.RoundCount, plan.Count);
        return [.. Enumerable.Range(0, plan.Count)
            .Select(i => (double)rounds[CanaryPlan.RoundOf(i)][i] - rounds[1 - CanaryPlan.RoundOf(i)][i])];
    }
}

/// <summary>How close the coordinate comes to the clipped canary itself: where no noise was added it is there to the last bits.</summary>
/// <param name="plan">The canaries.</param>
public sealed class ExactMatchAdversary(CanaryPlan plan) : IAuditAdversary
{
    /// <inheritdoc/>
    public string Name => "exact_match";

    /// <inheritdoc/>
    public double[] Score(ReadOnlySpan<byte> released)
    {
        float[][] rounds = ReleasedVectors.Read(released, CanaryPlan.RoundCount, plan.Count);
        return [.. Enumerable.Range(0, plan.Count)
            .Select(i => -Math.Abs(rounds[CanaryPlan.RoundOf(i)][i] - plan.ClippingBound))];
    }
}
