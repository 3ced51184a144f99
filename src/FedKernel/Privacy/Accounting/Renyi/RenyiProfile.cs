// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Rényi divergences of a history at some orders, and the δ that adds to whatever they convert to.</summary>
/// <param name="Orders">α, each above 1.</param>
/// <param name="Divergences">D_α, an upper bound; may be infinite.</param>
/// <param name="AddedDelta">The δ of (ε, δ) releases, whose divergence is that of their ε.</param>
internal sealed record RenyiProfile(IReadOnlyList<double> Orders, double[] Divergences, double AddedDelta)
{
    /// <summary>Why a history has no such profile; null if it has one.</summary>
    public static string? Refusal(PrivacyEvent history)
    {
        try
        {
            Of(history, [2]);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    /// <summary>The profile of a history. A failure mass in it must have been stripped: see <see cref="FailureMass"/>.</summary>
    /// <exception cref="ArgumentException">An event, or a sampling of one, that has no proven bound here.</exception>
    public static RenyiProfile Of(PrivacyEvent history, IReadOnlyList<double> orders) => OfSimple(SimpleForm.Of(history), orders);

    private static RenyiProfile OfSimple(PrivacyEvent history, IReadOnlyList<double> orders) => history switch
    {
        GaussianEvent e => Each(orders, order => order / 2 / e.NoiseMultiplier / e.NoiseMultiplier),
        ConcentratedEvent e => Each(orders, order => e.Rho * order),
        DiscreteGaussianEvent { FailureMass: 0 } e => Each(orders, order => ConcentratedAccountant.Rho(e) * order),
        DistributedDiscreteGaussianEvent { FailureMass: 0 } e => Each(orders, DistributedDiscreteGaussianRenyi.Curve(e)),
        SkellamEvent { FailureMass: 0 } e => Each(orders, order => SkellamRenyi.Rdp(e, order)),
        LaplaceEvent e => Each(orders, order => PureDivergence.OfLaplace(e.NoiseMultiplier, order)),
        ApproximateEvent e => Each(orders, order => PureDivergence.OfAny(e.Epsilon, order), e.Delta),
        RepeatedEvent e => Times(OfSimple(e.Inner, orders), e.Count),
        // A ledger holds the same release many times: one curve for each kind.
        ComposedEvent e => e.Parts.GroupBy(part => part).Select(same => Times(OfSimple(same.Key, orders), same.Count())).Aggregate(Sum),
        PoissonSampledEvent e => Sampled(e, orders),
        FixedSizeSampledEvent e => Sampled(e, orders),
        _ => throw Unknown($"'{history.GetType().Name}'"),
    };

    private static RenyiProfile Sampled(PoissonSampledEvent e, IReadOnlyList<double> orders)
    {
        if (e.Relation != NeighbouringRelation.AddOrRemoveOne)
        {
            throw Unknown($"Poisson sampling for '{e.Relation}': state it for '{NeighbouringRelation.AddOrRemoveOne}'");
        }

        return e.Inner switch
        {
            GaussianEvent gaussian =>
                Each(orders, order => SampledGaussianDivergence.Of(e.SamplingProbability, gaussian.NoiseMultiplier, order)),
            ApproximateEvent or LaplaceEvent => Amplified(e.SamplingProbability, e.Inner, orders),
            _ => SampledByDivergences(e.SamplingProbability, e.Inner, orders),
        };
    }

    /// <summary>Of anything whose divergences are known: see <see cref="SampledRenyi"/>.</summary>
    private static RenyiProfile SampledByDivergences(double q, PrivacyEvent inner, IReadOnlyList<double> orders)
    {
        int greatest = (int)Math.Ceiling(orders.Max());
        RenyiProfile whole = OfSimple(inner, [.. Enumerable.Range(2, Math.Max(1, greatest - 1)).Select(i => (double)i)]);
        // What a δ beside divergences costs in a sample is not proven.
        return whole.AddedDelta == 0
            ? new RenyiProfile(orders, SampledRenyi.Of(q, orders, OfSimple(inner, orders).Divergences, whole.Divergences), 0)
            : throw Unknown($"sampling of '{inner.GetType().Name}' with a δ in it");
    }

    private static RenyiProfile Sampled(FixedSizeSampledEvent e, IReadOnlyList<double> orders)
    {
        if (e.Relation != NeighbouringRelation.ReplaceOne)
        {
            throw Unknown($"sampling of a fixed size for '{e.Relation}': state it for '{NeighbouringRelation.ReplaceOne}'");
        }

        double q = (double)e.SampleSize / e.DatasetSize;
        return e.Inner is GaussianEvent gaussian
            ? new RenyiProfile(orders, FixedSizeGaussianDivergence.Of(q, gaussian.NoiseMultiplier, orders), 0)
            : Amplified(q, e.Inner, orders);
    }

    /// <summary>
    /// An (ε, δ) release about a sample is (ln(1 + q(e^ε − 1)), qδ)-private, Poisson for add-or-remove, without replacement for
    /// replace-one: B. Balle, G. Barthe, M. Gaboardi, "Privacy amplification by subsampling", NeurIPS 2018, section 4.
    /// </summary>
    private static RenyiProfile Amplified(double q, PrivacyEvent inner, IReadOnlyList<double> orders)
    {
        (double epsilon, double delta) = inner switch
        {
            ApproximateEvent e => (e.Epsilon, e.Delta),
            LaplaceEvent e => (1 / e.NoiseMultiplier, 0.0),
            _ => throw Unknown($"sampling of '{inner.GetType().Name}'"),
        };
        double amplified = epsilon == 0 ? 0 : LogSum.LogOnePlusExp(Math.Log(q) + LogSum.LogExpMinusOne(epsilon));
        return Each(orders, order => PureDivergence.OfAny(amplified, order), q * delta);
    }

    private static RenyiProfile Each(IReadOnlyList<double> orders, Func<double, double> divergence, double delta = 0) =>
        new(orders, [.. orders.Select(divergence)], delta);

    private static RenyiProfile Times(RenyiProfile one, long count) =>
        new(one.Orders, [.. one.Divergences.Select(d => d * count)], one.AddedDelta * count);

    private static RenyiProfile Sum(RenyiProfile a, RenyiProfile b) =>
        new(a.Orders, [.. a.Divergences.Zip(b.Divergences, (x, y) => x + y)], a.AddedDelta + b.AddedDelta);

    private static ArgumentException Unknown(string what) => new($"Rényi accounting has no proven bound for {what}.");
}
