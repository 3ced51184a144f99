// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting;

public sealed class PrivacyEventTests
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;
    private static readonly GaussianEvent _gaussian = new(1, Relation);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_NoiseThatIsNone_NamesTheRange(double noise)
    {
        Refused("(0, ∞)", () => new GaussianEvent(noise, Relation));
        Refused("(0, ∞)", () => _gaussian with { NoiseMultiplier = noise });
        Refused("(0, ∞)", () => new LaplaceEvent(noise, Relation));
        Refused("(0, ∞)", () => new ConcentratedEvent(noise, Relation));
        Refused("(0, ∞)", () => new DiscreteGaussianEvent(noise, 1, 0, Relation));
        Refused("(0, ∞)", () => new DiscreteGaussianEvent(1, noise, 0, Relation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1e-320)]
    [InlineData(9.9e-301)]
    [InlineData(1.0000000000000002)]
    [InlineData(double.NaN)]
    public void Constructor_SamplingProbabilityOutside_NamesTheRange(double q)
    {
        Refused("[1E-300, 1]", () => new PoissonSampledEvent(q, _gaussian));
        Refused("[1E-300, 1]", () => new PoissonSampledEvent(0.5, _gaussian) with { SamplingProbability = q });
    }

    [Theory]
    [InlineData(-1e-300)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Constructor_MassOutside_NamesTheRange(double mass)
    {
        Refused("[0, 1]", () => new DiscreteGaussianEvent(1, 1, mass, Relation));
        Refused("[0, 1]", () => new ApproximateEvent(1, mass, Relation));
        Refused("[0, ∞)", () => new ApproximateEvent(mass is 1.1 ? -1.1 : mass, 0, Relation));
    }

    [Fact]
    public void Constructor_CountsAndNulls_AreRefused()
    {
        Refused("[1, ", () => new RepeatedEvent(_gaussian, 0));
        Refused("[1, ", () => new RepeatedEvent(_gaussian, 3) with { Count = -3 });
        Refused("[1, 10]", () => new FixedSizeSampledEvent(11, 10, _gaussian));
        Refused("[1, 10]", () => new FixedSizeSampledEvent(0, 10, _gaussian));
        Refused("relation", () => new GaussianEvent(1, (NeighbouringRelation)7));
        Refused("relation", () => new SkellamEvent(1, 1, 1, 0, (NeighbouringRelation)7));
        Refused("relation", () => new DistributedDiscreteGaussianEvent(1, 1, 1, 1, 1, 0, (NeighbouringRelation)7));
        Assert.Throws<ArgumentNullException>(() => new EpochEvent(null!));
        Assert.Throws<ArgumentNullException>(() => new RepeatedEvent(null!, 1));
        Assert.Throws<ArgumentNullException>(() => new PoissonSampledEvent(1, null!));
        Assert.Throws<ArgumentNullException>(() => new FixedSizeSampledEvent(1, 2, null!));
        Assert.Throws<ArgumentNullException>(() => new ComposedEvent(_gaussian, null!));
    }

    [Fact]
    public void Equality_SameNumbers_SameEvent()
    {
        Assert.Equal(new PoissonSampledEvent(0.1, new GaussianEvent(1, Relation)), new PoissonSampledEvent(0.1, _gaussian));
        Assert.NotEqual(new PoissonSampledEvent(0.1, new GaussianEvent(2, Relation)), new PoissonSampledEvent(0.1, _gaussian));
        Assert.NotEqual(new GaussianEvent(1, NeighbouringRelation.ReplaceOne), _gaussian);
    }

    private static void Refused(string range, Func<object> make) =>
        Assert.Contains(range, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);
}
