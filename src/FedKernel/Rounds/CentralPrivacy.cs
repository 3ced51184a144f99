// SPDX-License-Identifier: Apache-2.0
// Client-level differential privacy at the server · B. McMahan et al., "Learning differentially private recurrent language models",
// ICLR 2018 (arXiv 1710.06963), algorithm 1.
//   mean = (Σ w_i · clip(Δ_i, C) + N(0, (z·C)²·I)) / (qW),   w_i = min(n_i / n_cap, 1)
// With a count of the updates within the bound, z becomes z_Δ: G. Andrew et al., NeurIPS 2021, theorem 1 (AdaptiveNoise).
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Adaptive;
using FedKernel.Privacy.Clipping;

namespace FedKernel.Rounds;

/// <summary>The noise that the server adds to a round, and the weights that keep one client's influence known. Immutable.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The result of the round hides each client: one release of <see cref="Event"/>. Unit: the client.</para>
/// <para><b>Assumptions.</b> The server is honest: it sees every update and adds the noise. Where q &lt; 1, each client was invited by
/// its own secret coin of probability q, and nobody else learns who came.</para>
/// </remarks>
/// <param name="NoiseMultiplier">z, 10⁻⁶ to 10⁶.</param>
/// <param name="Weights">Capped weights and the fixed denominator qW.</param>
/// <param name="SamplingProbability">q, 10⁻³⁰⁰ to 1; 1 if every client is invited.</param>
/// <param name="Relation">Which federations are neighbours.</param>
public sealed record CentralPrivacy(
    double NoiseMultiplier,
    CappedWeights Weights,
    double SamplingProbability = 1,
    NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne)
{
    /// <summary>z.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the range: here, and not when the ledger is charged already.</exception>
    public double NoiseMultiplier
    {
        get;
        init => field = Checked(value, 1e-6, 1e6, nameof(NoiseMultiplier));
    } = Checked(NoiseMultiplier, 1e-6, 1e6, nameof(NoiseMultiplier));

    /// <summary>q.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the range.</exception>
    public double SamplingProbability
    {
        get;
        init => field = Checked(value, 1e-300, 1, nameof(SamplingProbability));
    } = Checked(SamplingProbability, 1e-300, 1, nameof(SamplingProbability));

    /// <summary>
    /// σ_b, if the round also releases how many updates were within the clipping bound, for <see cref="Privacy.Adaptive.QuantileTracker"/>;
    /// null for no count. Update and count share <see cref="NoiseMultiplier"/>: see <see cref="AdaptiveNoise"/>.
    /// </summary>
    public double? CountDeviation { get; init; }

    /// <summary>What one round releases, the count included.</summary>
    public PrivacyEvent Event
    {
        get
        {
            var gaussian = new GaussianEvent(NoiseMultiplier, Relation);
            return SamplingProbability == 1 ? gaussian : new PoissonSampledEvent(SamplingProbability, gaussian);
        }
    }

    /// <summary>How the noise is split between update and count; null if no count is released.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count alone would spend more than the round has.</exception>
    internal AdaptiveNoise? Split => CountDeviation is { } deviation ? new AdaptiveNoise(NoiseMultiplier, deviation, Relation) : null;

    private static double Checked(double value, double least, double greatest, string name)
    {
        Throw.IfNotInRange(value, least, greatest, name);
        return value;
    }

    internal void Write(WireWriter writer)
    {
        writer.Double(NoiseMultiplier);
        writer.Double(Weights.ExampleCap);
        writer.Double(Weights.ExpectedTotal);
        writer.Double(SamplingProbability);
        writer.UInt8((byte)Relation);
        writer.Double(CountDeviation ?? 0);
    }

    internal static CentralPrivacy Read(ref WireReader reader)
    {
        double multiplier = reader.Double();
        double cap = reader.Double(), total = reader.Double();
        double probability = reader.Double();
        byte relation = reader.UInt8();
        double deviation = reader.Double();
        reader.Require(relation is (byte)NeighbouringRelation.AddOrRemoveOne or (byte)NeighbouringRelation.ReplaceOne, $"neighbours {relation}");
        var privacy = new CentralPrivacy(multiplier, new CappedWeights(cap, total), probability, (NeighbouringRelation)relation)
        {
            CountDeviation = deviation == 0 ? null : deviation,
        };
        // Bounds the numbers: the event and the split check them.
        _ = privacy.Event;
        _ = privacy.Split;
        return privacy;
    }
}
