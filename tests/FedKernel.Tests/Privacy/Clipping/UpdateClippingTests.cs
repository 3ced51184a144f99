// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Clipping;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Clipping;

/// <summary>Every member of the clipping family keeps its bounds, group by group, and refuses what it must.</summary>
public sealed class UpdateClippingTests : IDisposable
{
    private static readonly ParameterLayout _layout =
        new([("a.weight", [7, 60]), ("b.weight", [300]), ("a.bias", [7]), ("b.bias", [1])]);

    private static readonly ParameterGroups _named =
        ParameterGroups.Named(_layout, [("a", ["a.weight", "a.bias"]), ("b", ["b.bias", "b.weight"])]);

    private readonly CpuDevice _device = new();

    public static TheoryData<string> Family => [.. Members.Keys];

    private static Dictionary<string, UpdateClipping> Members => new()
    {
        ["flat"] = new L2Clipping(0.7),
        ["per layer"] = GroupClipping.PerLayer(_layout, 0.7),
        ["per group"] = new GroupClipping(new GroupBounds(_named, [0.25, 1.5])),
        ["AUTO-S"] = new AutomaticClipping(0.7, 0.01),
        ["AUTO-S per group"] = new AutomaticClipping(new GroupBounds(_named, [0.25, 1.5]), 1e-6),
    };

    [Theory]
    [MemberData(nameof(Family))]
    public void Clip_RandomUpdates_EveryGroupIsWithinItsBound(string member)
    {
        UpdateClipping clipping = Members[member];
        var random = new SimulationRandom(new SimulationSeed(5));
        for (int trial = 0; trial < 100; trial++)
        {
            double size = Math.Exp(3 * random.NextNormal());
            using ModelUpdate update = Upload([.. Enumerable.Range(0, (int)_layout.Length).Select(_ => (float)(size * random.NextNormal()))]);
            BoundedUpdate bounded = clipping.Clip(update).Bounded!;
            float[] clipped = update.Values.ToArray();
            for (int g = 0; g < bounded.Bounds.Bounds.Count; g++)
            {
                double norm = Norm(clipped, bounded.Bounds.Groups.Items[g]);
                Assert.True(norm <= bounded.Bounds.Bounds[g] * (1 + 1e-13), $"{member} group {g}: {norm:R}");
            }

            double whole = Math.Sqrt(clipped.Sum(v => (double)v * v));
            Assert.True(whole <= bounded.Sensitivity(NeighbouringRelation.AddOrRemoveOne) * (1 + 1e-13));
            Assert.Equal(
                2 * bounded.Sensitivity(NeighbouringRelation.AddOrRemoveOne), bounded.Sensitivity(NeighbouringRelation.ReplaceOne));
        }
    }

    [Theory]
    [MemberData(nameof(Family))]
    public void Clip_RandomNeighbours_SumsDifferByAtMostTheSensitivity(string member)
    {
        UpdateClipping clipping = Members[member];
        var random = new SimulationRandom(new SimulationSeed(6));
        GroupBounds bounds = clipping.BoundsFor(_layout);
        for (int trial = 0; trial < 30; trial++)
        {
            // Opposite and huge neighbours are the worst: one of them replaces the other.
            float[] one = [.. Enumerable.Range(0, (int)_layout.Length).Select(_ => (float)(100 * random.NextNormal()))];
            float[] other = [.. one.Select(v => trial % 2 == 0 ? -v : (float)random.NextNormal())];
            double[] x = Clipped(clipping, one), y = Clipped(clipping, other);
            for (int g = 0; g < bounds.Bounds.Count; g++)
            {
                double[] difference = [.. x.Zip(y, (a, b) => a - b)];
                Assert.True(
                    Norm(difference, bounds.Groups.Items[g]) <= bounds.Sensitivity(NeighbouringRelation.ReplaceOne, g) * (1 + 1e-13));
                if (trial % 2 == 0)
                {
                    // And it is reached: a sensitivity of twice as much would waste noise.
                    Assert.True(Norm(difference, bounds.Groups.Items[g]) >= bounds.Sensitivity(NeighbouringRelation.ReplaceOne, g) * 0.9);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Family))]
    public void Clip_NonFinite_IsRefusedUntouchedAndCounted(string member)
    {
        var values = new float[_layout.Length];
        Array.Fill(values, 3f);
        (values[2], values[500], values[727]) = (float.NaN, float.NegativeInfinity, float.PositiveInfinity);
        using ModelUpdate update = Upload(values);
        ClippingResult result = Members[member].Clip(update);
        Assert.Null(result.Bounded);
        Assert.Equal(3, result.NonFiniteCount);
        Assert.Equal(values, update.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Family))]
    public void Clip_Zero_StaysZero(string member)
    {
        using ModelUpdate update = Upload(new float[_layout.Length]);
        Assert.NotNull(Members[member].Clip(update).Bounded);
        Assert.All(update.Values.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void PerLayer_FourTensors_EachHasHalfTheBound()
    {
        GroupBounds bounds = GroupClipping.PerLayer(_layout, 1).BoundsFor(_layout);
        Assert.Equal([0.5, 0.5, 0.5, 0.5], bounds.Bounds);
        Assert.Equal(1, bounds.Total, 1e-14);
        Assert.True(bounds.Total >= 1);
    }

    [Fact]
    public void Automatic_KnownNorm_IsTheFormula()
    {
        // Bu et al. 2023, g · C / (‖g‖ + γ): 5 becomes 2 · 5 / 5.01; a short one is lengthened.
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(2), [3, 4]);
        Assert.Equal(2 / 5.01, new AutomaticClipping(2, 0.01).Clip(update).Factor, 1e-6);
        using ModelUpdate shortOne = ModelUpdate.Upload(_device, ParameterLayout.Flat(2), [0.003f, 0.004f]);
        Assert.Equal(2 / 0.015, new AutomaticClipping(2, 0.01).Clip(shortOne).Factor, 1e-3);
    }

    [Fact]
    public void Automatic_TinyUpdateAndStability_StaysFiniteAndBounded()
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(3), [1e-38f, -1e-45f, 1e-40f]);
        Assert.NotNull(new AutomaticClipping(1e9, Math.ScaleB(1, -60)).Clip(update).Bounded);
        Assert.All(update.Values.ToArray(), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Groups_FragmentedTensors_MergeNeighboursAndReportEach()
    {
        Assert.Equal([new ParameterWindow(0, 420), new ParameterWindow(720, 7)], _named.Items[0].Windows);
        Assert.Equal([new ParameterWindow(420, 300), new ParameterWindow(727, 1)], _named.Items[1].Windows);
        Assert.Equal([new ParameterWindow(0, 728)], ParameterGroups.Whole(_layout).Items[0].Windows);
        using ModelUpdate update = Upload([.. Enumerable.Repeat(1f, 728)]);
        ClippingResult result = new GroupClipping(new GroupBounds(_named, [1e3, 1])).Clip(update);
        Assert.Equal(["a", "b"], result.Groups.Select(g => g.Name));
        Assert.Equal(Math.Sqrt(427), result.Groups[0].Norm, 1e-12);
        Assert.Equal(1, result.Groups[0].Factor);
        Assert.Equal(1 / Math.Sqrt(301), result.Groups[1].Factor, 1e-7);
    }

    [Fact]
    public void Named_NoPartition_IsRefused()
    {
        static void Refused(string part, params (string, IReadOnlyList<string>)[] groups) =>
            Assert.Contains(
                part, Assert.Throws<ArgumentException>(() => ParameterGroups.Named(_layout, groups)).Message, StringComparison.Ordinal);
        Refused("in no group", ("a", ["a.weight", "a.bias"]));
        Refused("unknown or in another", ("a", ["a.weight", "c"]));
        Refused("unknown or in another", ("a", ["a.weight"]), ("b", ["a.weight"]));
        Refused("empty or named", ("a", []));
        Refused("empty or named", ("a", ["a.weight"]), ("a", ["b.weight"]));
    }

    [Fact]
    public void Clip_OtherLayoutOrBadBound_IsRefused()
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(2), [3, 4]);
        Assert.Contains(
            "layout", Assert.Throws<ArgumentException>(() => GroupClipping.PerLayer(_layout, 1).Clip(update)).Message, StringComparison.Ordinal);
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new GroupBounds(_named, [1, bad]));
            Assert.Throws<ArgumentOutOfRangeException>(() => new AutomaticClipping(bad, 0.01));
            Assert.Throws<ArgumentOutOfRangeException>(() => new AutomaticClipping(1, bad));
        }

        Assert.Throws<ArgumentException>(() => new GroupBounds(_named, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GroupBounds(_named, [1, 1]).Sensitivity((NeighbouringRelation)7));
    }

    public void Dispose() => _device.Dispose();

    private static double Norm(IReadOnlyList<float> x, ParameterGroup group) => Norm([.. x.Select(v => (double)v)], group);

    private static double Norm(double[] x, ParameterGroup group) => Math.Sqrt(
        group.Windows.Sum(w => Enumerable.Range((int)w.Start, (int)w.Length).Sum(i => x[i] * x[i])));

    private double[] Clipped(UpdateClipping clipping, float[] values)
    {
        using ModelUpdate update = Upload(values);
        clipping.Clip(update);
        return [.. update.Values.ToArray().Select(v => (double)v)];
    }

    private ModelUpdate Upload(float[] values) => ModelUpdate.Upload(_device, _layout, values);
}
