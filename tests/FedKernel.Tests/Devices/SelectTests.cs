// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Tests.Contracts;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FedKernel.Tests.Devices;

/// <summary>Exact selection against a plain sort, on vectors made to break the guess that makes it fast.</summary>
public sealed class SelectTests(TestDevices devices) : IClassFixture<TestDevices>
{
    // From 2¹⁸ elements on a sample is taken; its lines are 4096 places apart by d/4096.
    private const int Large = (1 << 18) + 4099;

    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    private static Dictionary<string, Func<int, float>> Shapes { get; } = new()
    {
        ["normal"] = i => (Uniform(i, 1) + Uniform(i, 2) + Uniform(i, 3) + Uniform(i, 4)) * 0.5f,
        ["heavy"] = i => Uniform(i, 1) / (Math.Abs(Uniform(i, 2)) + 1e-9f),
        ["sorted"] = i => i - (Large / 2f),
        ["falling"] = i => -i * 1e-3f,
        ["equal"] = _ => -0.5f,
        ["zeros"] = i => i % 2 == 0 ? 0f : -0f,
        ["few values"] = i => MathF.Round(Uniform(i, 1) * 3),
        ["denormals"] = i => Uniform(i, 1) * 1e-39f,
        ["one large block"] = i => i / 4096 == 17 ? 1e9f + i : Uniform(i, 1) * 1e-3f,
        ["period of the sample"] = i => i % (Large / 4096) < 16 ? Uniform(i, 1) * 1e-6f : Uniform(i, 1),
        ["hidden from the sample"] = i => i % (Large / 4096) < 16 ? Uniform(i, 1) : Uniform(i, 1) * 1e-6f,
        ["ties at the edge"] = i => i % 100 == 0 ? 2 : i % 50 == 1 ? -1 : Uniform(i, 1) * 0.5f,
        ["not finite"] = i => i % 1000 == 7 ? float.NaN : i % 1000 == 9 ? float.NegativeInfinity : Uniform(i, 1),
    };

    [Theory]
    [MemberData(nameof(Devices))]
    public void SelectLargest_LargeVectorsOfEveryShape_AreThoseOfASort(string name)
    {
        Device device = devices.Open(name);
        int length = TestDevices.IsSlow(device) ? 20_003 : Large;
        foreach ((string shape, Func<int, float> value) in Shapes)
        {
            float[] x = [.. Enumerable.Range(0, length).Select(value)];
            uint[] order = PlainSelection.Order(x);
            using DeviceBuffer<float> source = device.Upload<float>(x);
            foreach (int k in TestDevices.IsSlow(device) ? (int[])[length / 100] : [1, length / 1000, (length / 100) + 1, length / 8, length / 3])
            {
                AssertSelected(device, source, x, order, k, shape);
            }
        }
    }

    [Fact]
    public void SelectLargest_RandomVectors_AreThoseOfASort()
    {
        Gen<float> value = Gen.OneOf(
            Gen.Elements(0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, float.MaxValue),
            Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle),
            Gen.Choose(-3, 3).Select(i => (float)i));
        Gen<(float[] X, int K)> cases =
            from x in Gen.Choose(1, 3000).SelectMany(n => Gen.ArrayOf(value, n))
            from k in Gen.Choose(1, x.Length)
            select (x, k);
        using var wide = new CpuDevice(threadCount: 2);
        using var scalar = new CpuDevice(SimdWidth.Scalar, 1);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(cases.ToArbitrary(), c =>
        {
            uint[] order = PlainSelection.Order(c.X);
            foreach (CpuDevice device in (CpuDevice[])[wide, scalar])
            {
                using DeviceBuffer<float> source = device.Upload<float>(c.X);
                AssertSelected(device, source, c.X, order, c.K, "random");
            }
        }));
    }

    [Fact]
    public void SelectLargest_ManyThreadsOnOneDevice_DoNotMeet()
    {
        using var device = new CpuDevice(threadCount: 2);
        float[][] vectors = [.. Enumerable.Range(0, 4).Select(v => Enumerable.Range(0, Large).Select(i => Uniform(i, v + 9)).ToArray())];
        var threads = new List<Thread>();
        var faults = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        foreach (float[] x in vectors)
        {
            uint[] order = PlainSelection.Order(x);
            threads.Add(new Thread(() =>
            {
                try
                {
                    using DeviceBuffer<float> source = device.Upload<float>(x);
                    for (int round = 0; round < 5; round++)
                    {
                        AssertSelected(device, source, x, order, (Large / 100) + round, "shared");
                    }
                }
                catch (Exception e)
                {
                    faults.Enqueue(e);
                }
            }));
        }

        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Empty(faults);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Select_WhatMakesNoSense_IsRefusedWithTheRange(string name)
    {
        Device device = devices.Open(name);
        using DeviceBuffer<float> x = device.Allocate<float>(8), values = device.Allocate<float>(9), none = device.Allocate<float>(0);
        using DeviceBuffer<uint> indices = device.Allocate<uint>(9);
        var zero = Assert.Throws<ArgumentOutOfRangeException>(() => device.SelectLargest(x, indices.Slice(0, 0), values.Slice(0, 0)));
        Assert.Contains("[1, 8]", zero.Message, StringComparison.Ordinal);
        var many = Assert.Throws<ArgumentOutOfRangeException>(() => device.SelectLargest(x, indices, values));
        Assert.Contains("[1, 8]", many.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.SelectLargest(none, indices.Slice(0, 1), values.Slice(0, 1)));
        Assert.Throws<ArgumentException>(() => device.SelectLargest(x, indices.Slice(0, 2), values.Slice(0, 3)));
        Assert.Throws<ArgumentException>(() => device.SelectLargest(x, indices.Slice(0, 2), x.Slice(0, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.SelectLargest(x, indices.Slice(0, 2), values.Slice(0, 2), uint.MaxValue - 7L));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.SelectAtLeast(x, float.NaN, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.SelectAtLeast(x, -1, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.CountMagnitudes(x, 0, 0, new long[2049]));
        Assert.Throws<ArgumentException>(() => device.Gather(x, indices.Slice(0, 2), values));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Scatter(indices, values, x));
        Assert.Throws<ArgumentException>(() => device.ScatterAdd(indices.Slice(0, 2), x.Slice(0, 2), x, 1));
    }

    private static void AssertSelected(Device device, DeviceBuffer<float> source, float[] x, uint[] order, int k, string what)
    {
        uint[] expected = order[..k];
        Array.Sort(expected);
        using DeviceBuffer<uint> indices = device.Allocate<uint>(k);
        using DeviceBuffer<float> values = device.Allocate<float>(k);
        device.SelectLargest(source, indices, values);
        uint[] found = indices.ToArray();
        int same = expected.AsSpan().CommonPrefixLength(found);
        Assert.True(same == k, $"{what}, {k} of {x.Length}: element {same} differs");
        Assert.Equal(Array.ConvertAll(expected, i => BitConverter.SingleToInt32Bits(x[i])), Array.ConvertAll(values.ToArray(), BitConverter.SingleToInt32Bits));
    }

    /// <summary>In [−1, 1).</summary>
    private static float Uniform(int i, int stream)
    {
        ulong z = ((ulong)(uint)i + 1) * 0x9E37_79B9_7F4A_7C15 + ((ulong)(uint)stream * 0xD1B5_4A32_D192_ED03);
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return ((int)((z ^ (z >> 31)) >> 40) - (1 << 23)) * (1f / (1 << 23));
    }
}
