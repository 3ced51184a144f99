// SPDX-License-Identifier: Apache-2.0
// A privacy filter for Gaussian releases · A. Smith, A. Thakurta, "Fully adaptive composition for Gaussian differential privacy",
// 2022 (arXiv 2210.17520): if each release is μ_t-GDP given what came before, μ_t chosen by looking at it, and the rule stops
// before Σ μ_t² exceeds μ², then the whole is μ-GDP: the parameters of nonadaptive composition. With μ_t = 1 / z_t nothing is lost
// against a schedule that was fixed in advance. The same for Rényi budgets: V. Feldman, T. Zrnic, "Individual privacy accounting via
// a Rényi filter", NeurIPS 2021.
// The composition theorem of fixed schedules does not cover multipliers that depend on releases, and the sum that happened to be
// spent is not a promise: the budget is (R. Rogers et al., "Privacy odometers and filters", NIPS 2016). Sampled Gaussians are not
// GDP, and composing trade-off curves adaptively is not valid in general (L. Tran et al., 2026, arXiv 2602.06756): not offered.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Schedules;

/// <summary>Lets Gaussian releases pass, each with a multiplier chosen as one likes, until the next would exceed the budget.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Everything that passed is, together, as private as <see cref="Budget"/>, and ε is that of the budget whether or
/// not it was used up.</para>
/// <para><b>Assumptions.</b> Releases are Gaussian mechanisms on all of the data; sampled ones have no such filter. Each is spent
/// before it is released. The budget is fixed before the first.</para>
/// <para><b>Edge cases.</b> Sums are rounded: the budget has a part in 2⁴⁰ on top, which <see cref="Budget"/> includes.</para>
/// </remarks>
public sealed class GaussianFilter
{
    private readonly double _allowed;
    private CompensatedSum _spent;

    /// <summary>A filter.</summary>
    /// <param name="effectiveMultiplier">z of the one release that the whole may amount to, 10⁻⁶ to 10⁶.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    public GaussianFilter(double effectiveMultiplier, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(effectiveMultiplier, 1e-6, 1e6);
        _allowed = 1 / (effectiveMultiplier * effectiveMultiplier) * (1 + Math.ScaleB(1, -40));
        Budget = new GaussianEvent(1 / Math.Sqrt(_allowed), relation);
    }

    /// <summary>What to charge: the event that holds whatever passes.</summary>
    public GaussianEvent Budget { get; }

    /// <summary>Σ z_t⁻² so far: of interest, not a promise.</summary>
    public double Spent => _spent.Value;

    /// <summary>Releases so far.</summary>
    public int Count { get; private set; }

    /// <summary>The smallest multiplier that the next release may have; +∞ if nothing is left.</summary>
    public double LeastMultiplier => _allowed > Spent ? 1 / Math.Sqrt(_allowed - Spent) : double.PositiveInfinity;

    /// <summary>The filter that spends exactly (ε, δ).</summary>
    public static GaussianFilter For(double epsilon, double delta, NeighbouringRelation relation) =>
        new(AnalyticGaussian.NoiseMultiplier(epsilon, delta) * (1 + Math.ScaleB(1, -39)), relation);

    /// <summary>Whether a release with this multiplier would pass.</summary>
    public bool Allows(double noiseMultiplier)
    {
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e6);
        CompensatedSum next = _spent;
        next.Add(1 / (noiseMultiplier * noiseMultiplier));
        return next.Value <= _allowed;
    }

    /// <summary>Spends a release, before it is made.</summary>
    /// <returns>Its event, of which <see cref="Budget"/> is the sum: charge one or the other.</returns>
    /// <exception cref="PrivacyBudgetException">It would exceed the budget; nothing is spent.</exception>
    public GaussianEvent Spend(double noiseMultiplier)
    {
        if (!Allows(noiseMultiplier))
        {
            throw new PrivacyBudgetException(
                $"A release with noise multiplier {noiseMultiplier} exceeds the budget: of Σ z⁻² = {_allowed}, {_allowed - Spent} is left, "
                + $"which a multiplier of at least {LeastMultiplier} would fit.");
        }

        _spent.Add(1 / (noiseMultiplier * noiseMultiplier));
        Count++;
        return new GaussianEvent(noiseMultiplier, Budget.Relation);
    }
}
