// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Kernels;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>QSGD, TernGrad and signs: known answers, and codes that are added, cut and remembered.</summary>
public sealed class LevelQuantizerTests : LevelTests
{
    /// <summary>google-research/federated, compressed_communication: QSGD of a vector of norm 7 with 7 levels is exact.</summary>
    [Fact]
    public void Qsgd_NormSevenSevenLevels_IsExact() =>
        Assert.Equal([2, 3, 6], RoundTrip(Parse("qsgd:7,32"), [2, 3, 6], 1));

    /// <summary>google-research/federated, compressed_communication: two TernGrad encodings of [−1, 0, 10⁵] sum to [0, 0, 2·10⁵].</summary>
    [Theory]
    [InlineData("terngrad")]
    [InlineData("terngrad:32")]
    public void TernGrad_OneLargeValue_IsAllThatIsLeft(string name)
    {
        // −1 stays with probability 10⁻⁵.
        Quantizer quantizer = Parse(name);
        float[] a = RoundTrip(quantizer, [-1, 0, 1e5f], 1), b = RoundTrip(quantizer, [-1, 0, 1e5f], 2);
        Assert.Equal([0, 0, 2e5f], a.Zip(b, (x, y) => x + y));
    }

    /// <summary>google-research/federated, compressed_communication: the scale is ‖x‖₁/d, and sign(0) = +1.</summary>
    [Theory]
    [InlineData("sign")]
    [InlineData("sign:32")]
    public void Sign_OneMinusOneZero_IsTwoThirds(string name) =>
        Assert.Equal([2 / 3f, -2 / 3f, 2 / 3f], RoundTrip(Parse(name), [1, -1, 0], 1));

    [Fact]
    public void Sign_BothZeros_ArePlus()
    {
        using EncodedValues encoded = Encode(Parse("sign"), [-0f, 0, -1, 3], 1);
        Assert.Equal([0b0100], encoded.Codes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_ZeroDenormalAndEmpty_IsZero(string name)
    {
        Quantizer quantizer = Parse(name);
        foreach (int length in (int[])[0, 1, 31, 300])
        {
            foreach (float value in (float[])[0, -0f, float.Epsilon, -1e-39f, 1e-33f])
            {
                float[] x = [.. Enumerable.Repeat(value, length)];
                using EncodedValues encoded = Encode(quantizer, x, 1);
                Assert.All(encoded.Codes.ToArray(), c => Assert.Equal(0, c));
                Assert.All(encoded.Scales.ToArray(), s => Assert.Equal(0, s));
                quantizer.Check(length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
                Assert.All(RoundTrip(quantizer, x, 1), v => Assert.Equal(0, v));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EncodeWithFeedback_SourceAndMemory_LeavesTheError(string name)
    {
        Quantizer quantizer = Parse(name);
        float[] x = Normal(1000, 1), e = Normal(1000, 2), p = [.. x.Zip(e, (a, b) => a + b)];
        using DeviceBuffer<float> source = Device.Upload<float>(x), memory = Device.Upload<float>(e);
        using EncodedValues encoded = quantizer.Allocate(Device, 1000), plain = Encode(quantizer, p, 4);
        quantizer.EncodeWithFeedback(source, memory, encoded, Context(4));
        Assert.Equal(plain.Codes.ToArray(), encoded.Codes.ToArray());
        Assert.Equal(plain.Scales.ToArray(), encoded.Scales.ToArray());
        using DeviceBuffer<float> decoded = Device.Allocate<float>(1000);
        quantizer.Decode(encoded, decoded, null);
        Assert.Equal(p.Zip(decoded.ToArray(), (a, b) => a - b), memory.ToArray());
        Assert.Equal(x, source.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AddAndAccumulate_Codes_AreThoseOfTheDecodedValues(string name)
    {
        Quantizer quantizer = Parse(name);
        float[] x = Normal(5000, 3);
        using EncodedValues encoded = Encode(quantizer, x, 4);
        using DeviceBuffer<float> decoded = Device.Allocate<float>(5000), sums = Device.Upload<float>(Normal(5000, 8));
        using DeviceBuffer<long> integers = Device.Allocate<long>(5000), expected = Device.Allocate<long>(5000);
        quantizer.Decode(encoded, decoded, null);
        float[] before = sums.ToArray();
        quantizer.AddTo(encoded, sums, 0.3f, null);
        Assert.Equal(before.Zip(decoded.ToArray(), (s, v) => s + (v * 0.3f)), sums.ToArray());
        var op = new FixedPointAccumulate(1 << 20);
        quantizer.AccumulateTo(encoded, integers, op, null);
        Device.Accumulate(decoded, expected, op);
        Assert.Equal(expected.ToArray(), integers.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Slice_Windows_DecodeAsTheWhole(string name)
    {
        Quantizer quantizer = Parse(name);
        using EncodedValues encoded = Encode(quantizer, Normal(10_000, 3), 4);
        using DeviceBuffer<float> whole = Device.Allocate<float>(10_000), part = Device.Allocate<float>(10_000 - (int)quantizer.WindowUnit);
        quantizer.Decode(encoded, whole, null);
        quantizer.Decode(quantizer.Slice(encoded, quantizer.WindowUnit, part.Length), part, null);
        Assert.Equal(whole.ToArray()[(int)quantizer.WindowUnit..], part.ToArray());
    }
}
