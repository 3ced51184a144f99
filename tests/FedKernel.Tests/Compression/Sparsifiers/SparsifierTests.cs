// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Tests.Contracts;
using FedKernel.Updates;
using Xunit;
using static FedKernel.Tests.Compression.Sparsifiers.Sparsified;

namespace FedKernel.Tests.Compression.Sparsifiers;

/// <summary>The contract of sparsifiers over all of them. A new one is one more line.</summary>
public sealed class SparsifierTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private static readonly string[] _names =
    [
        "topk:0.01", "topk:0.5", "topk:7", "topklayer:0.02", "threshold:0.75", "threshold:1E-40", "sampled:0.05", "random:0.03",
        "random:11,unscaled", "sharedrandom:0.02", "sharedrandom:0.9", "sharedrandom:0.4,unscaled", "blocktopk:0.1,16", "blocktopk:0.3,64",
    ];

    // Odd tensors: of one element, of fewer than a block, of no multiple of anything.
    private static readonly ParameterLayout _layout = new([("weight", [61, 53]), ("bias", [53]), ("scale", []), ("head", [7, 101])]);

    public static TheoryData<string> Names => [.. _names];

    public static TheoryData<string, string> NamesAndDevices
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (DeviceCandidate device in TestDevices.Usable)
            {
                foreach (string name in _names)
                {
                    data.Add(name, TestDevices.Name(device));
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndDevices))]
    public void Select_EveryDevice_KeepsWhatTheScalarLoopKeeps(string name, string deviceName)
    {
        Sparsifier sparsifier = Parse(name);
        float[] x = Values((int)_layout.Length, 3);
        using var scalar = new CpuDevice(SimdWidth.Scalar, 1);
        (uint[] indices, float[] values) = Run(scalar, sparsifier, x, Context(_layout, 5));
        (uint[] foundIndices, float[] foundValues) = Run(devices.Open(deviceName), sparsifier, x, Context(_layout, 5));
        Assert.Equal(indices, foundIndices);
        Assert.Equal(values, foundValues);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_AnyVector_KeepsTheContract(string name)
    {
        Sparsifier sparsifier = Parse(name);
        Assert.Equal(name, sparsifier.Name);
        using var device = new CpuDevice(threadCount: 1);
        for (int seed = 0; seed < 8; seed++)
        {
            float[] x = Values((int)_layout.Length, seed);
            EncodingContext context = Context(_layout, seed);
            (uint[] indices, float[] values) = Run(device, sparsifier, x, context);
            Assert.True(indices.Length <= sparsifier.MaximumCount(_layout));
            Assert.All(indices.Zip(indices.Skip(1)), p => Assert.True(p.First < p.Second));
            Assert.All(indices, i => Assert.True(i < x.Length));
            float factor = sparsifier.Describe(x.Length).IsUnbiased ? (float)((double)x.Length / indices.Length) : 1;
            Assert.Equal(Array.ConvertAll(indices, i => x[i] * factor), values);
            Assert.Equal(Run(device, sparsifier, x, context).Indices, indices);
            if (sparsifier.SharesIndices)
            {
                Assert.Equal(sparsifier.SharedIndices(_layout, context.Seed), indices);
                Assert.Equal(sparsifier.MaximumCount(_layout), indices.Length);
            }
            else
            {
                Assert.Throws<NotSupportedException>(() => sparsifier.SharedIndices(_layout, context.Seed));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_AnyVector_ErrsNoMoreThanPromised(string name)
    {
        // A random choice on average over seeds, with a tenth for chance; the others each time.
        Sparsifier sparsifier = Parse(name);
        using var device = new CpuDevice(threadCount: 1);
        float[] x = Values((int)_layout.Length, 1);
        bool isRandom = sparsifier.Kind is SparsifierKind.RandomK or SparsifierKind.SharedRandomK;
        double squared = x.Sum(v => (double)v * v), error = 0;
        int runs = isRandom ? 400 : 4;
        var sum = new double[x.Length];
        for (int run = 0; run < runs; run++)
        {
            (uint[] indices, float[] values) = Run(device, sparsifier, x, Context(_layout, run));
            var decoded = new double[x.Length];
            for (int i = 0; i < indices.Length; i++)
            {
                decoded[indices[i]] = values[i];
            }

            double once = x.Zip(decoded).Sum(p => (p.First - p.Second) * (p.First - p.Second));
            Assert.True(isRandom || once <= sparsifier.Describe(x.Length).VarianceBound * squared * (1 + 1e-9));
            error += once / runs;
        }

        Assert.True(error <= sparsifier.Describe(x.Length).VarianceBound * squared * 1.1, $"{error / squared}");
        Assert.True(!isRandom || error >= sparsifier.Describe(x.Length).VarianceBound * squared * 0.9, $"{error / squared}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_ValueThatIsNotFinite_IsNamed(string name)
    {
        using var device = new CpuDevice(threadCount: 1);
        foreach (float wrong in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            float[] x = Values((int)_layout.Length, 1);
            (x[1234], x[3000]) = (wrong, float.NaN);
            using DeviceBuffer<float> source = device.Upload<float>(x);
            var e = Assert.Throws<ProtocolException>(() => Parse(name).Select(source, Context(_layout, 1)));
            Assert.Contains("Value 1234 ", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_ZerosAndOneElement_AreKeptWithoutFault(string name)
    {
        using var device = new CpuDevice(threadCount: 1);
        var sparsifier = Parse(name);
        (uint[] indices, float[] values) = Run(device, sparsifier, new float[_layout.Length], Context(_layout, 1));
        Assert.True(indices.Length <= sparsifier.MaximumCount(_layout));
        Assert.All(values, v => Assert.Equal(0f, v));
        ParameterLayout one = ParameterLayout.Flat(1);
        if (name is "topk:7" or "random:11,unscaled")
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(() => Run(device, sparsifier, [3f], Context(one, 1)));
            Assert.Contains("[1, 1]", e.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => sparsifier.Describe(1));
            return;
        }

        Assert.Equal([3f], Run(device, sparsifier, [3f], Context(one, 1)).Values);
    }
}
