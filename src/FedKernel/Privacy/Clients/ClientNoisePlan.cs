// SPDX-License-Identifier: Apache-2.0
// Noise adapted to each client's data and budget · clients with different ε as in K. Liu, S. Hu, Z. S. Wu, V. Smith, "On privacy and
// personalization in cross-silo federated learning", NeurIPS 2022 (arXiv 2206.07902); weights by inverse variance, the linear
// unbiased mean of least variance (A. Aitken, 1936).
//   z_i = √T · z(ε_i, δ_i),   σ_i = z_i · C_i / n_i (twice that for replace-one),
//   v_i = d σ_i² + s_i² / n_i + b_i²,   w_i = v_i⁻¹ / Σ v_j⁻¹
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;

namespace FedKernel.Privacy.Clients;

/// <summary>One client's noise, weight and price.</summary>
/// <param name="Profile">The client.</param>
/// <param name="NoiseMultiplier">z of each round.</param>
/// <param name="StandardDeviation">σ of the noise on each coordinate of the client's mean.</param>
/// <param name="Variance">v: expected squared distance of the client's noised mean from the federation's.</param>
/// <param name="Weight">w: all weights sum to 1.</param>
/// <param name="Event">All that the client releases: its measurements and its rounds.</param>
/// <param name="Spent">ε of that at the client's own δ.</param>
public sealed record ClientNoise(
    ClientProfile Profile,
    double NoiseMultiplier,
    double StandardDeviation,
    double Variance,
    double Weight,
    PrivacyEvent Event,
    PrivacyBracket Spent);

/// <summary>Each client adds as much noise as its own promise demands, and counts for as much as it then tells. Immutable.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Client i's releases are (ε_i, δ_i)-private by its own noise alone, whatever server and others do.</para>
/// <para><b>Assumptions.</b> The unit is that of the contributions which C bounds; each client's mean is over a fixed n.</para>
/// </remarks>
public sealed class ClientNoisePlan
{
    /// <summary>A plan.</summary>
    /// <param name="profiles">At least one, with distinct names.</param>
    /// <param name="roundCount">T: releases of each client.</param>
    /// <param name="dimension">d: coordinates of an update.</param>
    /// <param name="relation">Which data sets are neighbours, for every client.</param>
    /// <exception cref="PrivacyBudgetException">A client's measurements leave nothing of its budget.</exception>
    public ClientNoisePlan(IReadOnlyList<ClientProfile> profiles, int roundCount, long dimension, NeighbouringRelation relation)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        Throw.IfNotInRange(profiles.Count, 1, 1 << 20, "number of clients");
        Throw.IfNotInRange(roundCount, 1, 10_000_000);
        Throw.IfNotInRange(dimension, 1, long.MaxValue);
        if (profiles.GroupBy(p => p.ClientId, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Two clients are named '{twice.Key}'.", nameof(profiles));
        }

        ClientNoise[] alone = [.. profiles.Select(p => Alone(p, roundCount, dimension, relation))];
        var precision = default(CompensatedSum);
        foreach (ClientNoise client in alone)
        {
            precision.Add(1 / client.Variance);
        }

        Clients = [.. alone.Select(c => c with { Weight = 1 / c.Variance / precision.Value })];
        Variance = 1 / precision.Value;
        UniformVariance = alone.Sum(c => c.Variance) / alone.Length / alone.Length;
    }

    /// <summary>The clients in the order given.</summary>
    public IReadOnlyList<ClientNoise> Clients { get; }

    /// <summary>Expected squared error of the mean weighted by w: (Σ v_i⁻¹)⁻¹.</summary>
    public double Variance { get; }

    /// <summary>The same with equal weights, for comparison: Σ v_i / n²; never below <see cref="Variance"/>.</summary>
    public double UniformVariance { get; }

    private static ClientNoise Alone(ClientProfile p, int roundCount, long dimension, NeighbouringRelation relation)
    {
        double z = NoiseMultiplier(p, roundCount, relation);
        double sigma = z * GroupBounds.Times(relation) * p.ClippingBound / p.ExampleCount;
        double variance = (dimension * sigma * sigma) + (p.Spread * p.Spread / p.ExampleCount) + (p.Divergence * p.Divergence);
        PrivacyEvent released = Released(p, z, roundCount, relation);
        return new ClientNoise(p, z, sigma, variance, 0, released, PrivacyAccountant.Epsilon(released, p.Delta));
    }

    private static double NoiseMultiplier(ClientProfile p, int roundCount, NeighbouringRelation relation)
    {
        if (p.Measurements.Count == 0)
        {
            return AnalyticGaussian.NoiseMultiplier(p.Epsilon, p.Delta) * Math.Sqrt(roundCount) * (1 + 1e-14);
        }

        double measured = PrivacyAccountant.Epsilon(new ComposedEvent(p.Measurements), p.Delta).Upper;
        return measured < p.Epsilon
            ? Calibration.NoiseMultiplier(z => Released(p, z, roundCount, relation), p.Epsilon, p.Delta)
            : throw new PrivacyBudgetException(
                $"The measurements of '{p.ClientId}' spend ε = {measured} of its {p.Epsilon} at δ = {p.Delta}; nothing is left for rounds.");
    }

    private static PrivacyEvent Released(ClientProfile p, double z, int roundCount, NeighbouringRelation relation)
    {
        var rounds = new RepeatedEvent(new GaussianEvent(z, relation), roundCount);
        return p.Measurements.Count == 0 ? rounds : new ComposedEvent([.. p.Measurements, rounds]);
    }
}
