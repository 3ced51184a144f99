// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Discrete;
using FedKernel.Privacy.Grid;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Discrete;

/// <summary>Discrete Gaussian and Skellam noise on updates of a grid. Keys are fixed: a run cannot flake.</summary>
public sealed class GridMechanismTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private const int Dimension = 20_000, GridBound = 1 << 16;

    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void ClipAndAddNoise_OnePass_GivesTheBitsOfTwo(string name)
    {
        Device device = devices.Open(name);
        int dimension = TestDevices.IsSlow(device) ? 300 : Dimension;
        float[] x = Values(dimension);
        using ModelUpdate update = ModelUpdate.Upload(device, ParameterLayout.Flat(dimension), x);
        using DeviceBuffer<int> one = device.Allocate<int>(dimension), two = device.Allocate<int>(dimension);
        using var mechanism = new DiscreteGaussianMechanism(device, 1e-3, GridBound, NeighbouringRelation.AddOrRemoveOne);
        var clipping = new GridClipping(3, GridBound);
        GridRelease release = mechanism.ClipAndAddNoise(update, clipping, one, _key, 5, 2);
        GridClippingResult clipped = clipping.Clip(update, two);
        int[] exact = two.ToArray();
        DiscreteGaussianEvent noisy = mechanism.AddNoise(clipped.Bounded!, _key, 5, 2);
        Assert.Equal(two.ToArray(), one.ToArray());
        Assert.NotEqual(exact, one.ToArray());
        Assert.Equal(noisy, release.Event);
        Assert.Equal(clipped.Factor, release.Factor);
        Assert.Equal(clipped.Norm, release.Norm);
        Assert.Equal(x, update.Values.ToArray());
    }

    /// <summary>Variance of 20000 samples within five standard errors: 6·10⁻⁷ for a fresh key.</summary>
    [Fact]
    public void AddNoise_Variances_AreThoseOfTheEvents()
    {
        Device device = devices.Open(TestDevices.Name(TestDevices.Usable[0]));
        using var gaussian = new DiscreteGaussianMechanism(device, 0.01, GridBound, NeighbouringRelation.ReplaceOne);
        var skellam = new SkellamMechanism(1e6, GridBound, NeighbouringRelation.ReplaceOne);
        double[] errors = new double[2];
        DiscreteGaussianEvent first = gaussian.AddNoise(Clip(device, out int[] exact, out DeviceBuffer<int> integers), _key, 1);
        errors[0] = integers.ToArray().Zip(exact).Average(p => Math.Pow(p.First - p.Second, 2));
        SkellamEvent second = skellam.AddNoise(Clip(device, out exact, out integers), _key, 2);
        errors[1] = integers.ToArray().Zip(exact).Average(p => Math.Pow(p.First - p.Second, 2));

        Assert.Equal(2 * GridBound, first.Sensitivity);
        Assert.InRange(first.Sigma, 0.01 * 2 * GridBound, 0.01 * 2 * GridBound * (1 + 1e-15));
        Assert.InRange(first.FailureMass, 1e-40, 1e-20);
        Assert.Equal(2 * GridBound, second.Sensitivity);
        Assert.Equal(Math.Floor(Math.Sqrt(Dimension) * GridBound) * 2, second.SensitivityL1);
        Assert.InRange(second.FailureMass, 1e-40, 1e-20);
        Assert.Equal(gaussian.EventOf(Dimension), first);
        Assert.Equal(skellam.EventOf(Dimension), second);
        double slack = 5 * Math.Sqrt(2.0 / Dimension);
        Assert.InRange(errors[0] / (first.Sigma * first.Sigma), 1 - slack, 1 + slack);
        Assert.InRange(errors[1] / second.Variance, 1 - slack, 1 + slack);
    }

    [Fact]
    public void AddNoise_TwiceOrAnotherGrid_IsRefused()
    {
        Device device = devices.Open(TestDevices.Name(TestDevices.Usable[0]));
        using var gaussian = new DiscreteGaussianMechanism(device, 0.01, GridBound, NeighbouringRelation.AddOrRemoveOne);
        using var other = new DiscreteGaussianMechanism(device, 0.01, GridBound / 2, NeighbouringRelation.AddOrRemoveOne);
        BoundedGridUpdate bounded = Clip(device, out int[] exact, out DeviceBuffer<int> integers);
        Assert.Contains("32768", Assert.Throws<ArgumentException>(() => other.AddNoise(bounded, _key, 1)).Message, StringComparison.Ordinal);
        Assert.Equal(exact, integers.ToArray());
        _ = gaussian.AddNoise(bounded, _key, 1);
        var skellam = new SkellamMechanism(100, GridBound, NeighbouringRelation.AddOrRemoveOne);
        Assert.Contains("bounded no longer", Assert.Throws<InvalidOperationException>(() => gaussian.AddNoise(bounded, _key, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => skellam.AddNoise(bounded, _key, 2));
    }

    [Fact]
    public void ClipAndAddNoise_NonFinite_ReleasesNothing()
    {
        Device device = devices.Open(TestDevices.Name(TestDevices.Usable[0]));
        using ModelUpdate update = ModelUpdate.Upload(device, ParameterLayout.Flat(3), [1f, float.NaN, 2f]);
        using DeviceBuffer<int> integers = device.Upload<int>([7, 7, 7]);
        using var mechanism = new DiscreteGaussianMechanism(device, 1, 100, NeighbouringRelation.AddOrRemoveOne);
        GridRelease release = mechanism.ClipAndAddNoise(update, new GridClipping(1, 100), integers, _key, 1);
        Assert.Null(release.Event);
        Assert.Equal(1, release.NonFiniteCount);
        Assert.Equal([7, 7, 7], integers.ToArray());
    }

    [Fact]
    public void Constructor_BadInput_IsRefused()
    {
        Device device = devices.Open(TestDevices.Name(TestDevices.Usable[0]));
        foreach (double z in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussianMechanism(device, z, 100, NeighbouringRelation.AddOrRemoveOne));
            Assert.Throws<ArgumentOutOfRangeException>(() => new SkellamMechanism(z, 100, NeighbouringRelation.AddOrRemoveOne));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussianMechanism(device, 1, 0, NeighbouringRelation.AddOrRemoveOne));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussianMechanism(device, 1, 100, (NeighbouringRelation)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SkellamMechanism(1, 1 << 23, NeighbouringRelation.AddOrRemoveOne));
    }

    private static float[] Values(int dimension) => [.. Enumerable.Range(0, dimension).Select(i => MathF.Sin(i) / 20)];

    private static BoundedGridUpdate Clip(Device device, out int[] exact, out DeviceBuffer<int> integers)
    {
        using ModelUpdate update = ModelUpdate.Upload(device, ParameterLayout.Flat(Dimension), Values(Dimension));
        integers = device.Allocate<int>(Dimension);
        BoundedGridUpdate bounded = new GridClipping(3, GridBound).Clip(update, integers).Bounded!;
        exact = integers.ToArray();
        return bounded;
    }
}
