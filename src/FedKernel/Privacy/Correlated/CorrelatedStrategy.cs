// SPDX-License-Identifier: Apache-2.0
// Matrix factorization · S. Denisov et al., "Improved differential privacy for SGD via optimal private linear operators on adaptive
// streams", NeurIPS 2022 (arXiv 2202.08312), theorem 2.1.
//   Releases x_t + (C⁻¹·Z)_t for rounds t, Z of independent rows N(0, σ²·I). All n together are one Gaussian release with
//   sensitivity max ‖C·u‖ over participation patterns u, also when x_t depends on earlier releases.
namespace FedKernel.Privacy.Correlated;

/// <summary>How the noise of each round is made from raw noises that later rounds share, so that most of it cancels in the sum.</summary>
public abstract class CorrelatedStrategy
{
    private protected CorrelatedStrategy(int rounds, Participation participation)
    {
        Throw.IfNotInRange(rounds, 1, MaximumRounds);
        ArgumentNullException.ThrowIfNull(participation);
        (Rounds, Participation) = (rounds, participation);
    }

    /// <summary>The longest run.</summary>
    public static int MaximumRounds => 1 << 20;

    /// <summary>n.</summary>
    public int Rounds { get; }

    /// <summary>How often a record or client takes part.</summary>
    public Participation Participation { get; }

    /// <summary>The squared L2 sensitivity of C·x to one participant whose contributions have norm 1.</summary>
    public abstract double SquaredSensitivity { get; }

    /// <summary>Variance of the noise in the sum of the first t + 1 releases, for raw noise of variance 1; an array over t.</summary>
    public abstract double[] PrefixVariances();

    /// <summary>Root of the largest variance of any prefix sum, for noise multiplier 1: what one compares strategies by.</summary>
    public double MaximumError => Math.Sqrt(SquaredSensitivity * PrefixVariances().Max());

    /// <summary>Root of the mean variance of the prefix sums, for noise multiplier 1.</summary>
    public double MeanError => Math.Sqrt(SquaredSensitivity * PrefixVariances().Average());
}
