// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using Xunit;

namespace FedKernel.Tests.Compression.Pipelines;

public sealed class TraitCompositionTests
{
    [Fact]
    public void Then_TwoUnbiased_MultipliesSecondMoments() =>
        Assert.Equal(new StageTraits(true, (4.0 * 1.5) - 1, false), new StageTraits(true, 3, true).Then(new StageTraits(true, 0.5, false)));

    /// <summary>1 % of a vector of equal values is kept: 0.99 is lost, and half of the rest again.</summary>
    [Fact]
    public void Then_Selection_AddsTheErrorOfWhatIsKept()
    {
        StageTraits traits = new StageTraits(false, 0.99, false).Then(new StageTraits(true, 0.5, false));
        Assert.False(traits.IsUnbiased);
        Assert.Equal(0.99 + (0.5 * 0.01), traits.VarianceBound, 1e-15);
        Assert.Equal(3, new StageTraits(false, 0.99, false).Then(new StageTraits(true, 3, false)).VarianceBound, 1e-15);
    }

    [Fact]
    public void Then_UnbiasedThenBiased_IsTheTriangle() =>
        Assert.Equal(Math.Pow(1 + Math.Sqrt(0.25 * 2), 2), new StageTraits(true, 1, false).Then(new StageTraits(false, 0.25, false)).VarianceBound, 1e-12);

    [Fact]
    public void Then_WithoutABound_HasNone()
    {
        StageTraits none = new(true, double.PositiveInfinity, false);
        Assert.Equal(double.PositiveInfinity, none.Then(StageTraits.Lossless).VarianceBound);
        Assert.Equal(double.PositiveInfinity, new StageTraits(false, 1, false).Then(none).VarianceBound);
        Assert.Equal(double.PositiveInfinity, (none with { IsUnbiased = false }).Then(StageTraits.Lossless).VarianceBound);
    }

    [Fact]
    public void Then_SumsCommute_OnlyIfBothDo()
    {
        StageTraits yes = new(true, 0, true), no = new(true, 0, false);
        Assert.True(yes.Then(yes).SumsCommute);
        Assert.False(yes.Then(no).SumsCommute);
        Assert.False(no.Then(yes).SumsCommute);
    }
}
