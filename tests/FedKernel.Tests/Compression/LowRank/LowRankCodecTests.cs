// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.LowRank;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.LowRank;

public sealed class LowRankCodecTests(TestDevices devices) : IClassFixture<TestDevices>, IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    /// <summary>Square, tall, wide, a convolution, and more columns than rows by far.</summary>
    public static TheoryData<long[], int> Shapes => new()
    {
        { [60, 60], 1 }, { [60, 60], 4 }, { [400, 9], 3 }, { [9, 400], 3 }, { [32, 16, 3, 3], 8 }, { [3, 2000], 1 }, { [2000, 3], 1 }, { [200, 150], 64 },
    };

    /// <summary>M of rank r has M = P Pᵀ M for P of its column space: one step is exact up to rounding, whatever Q was.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Encode_MatrixOfRankR_IsExactUpToRounding(long[] shape, int rank)
    {
        var layout = new ParameterLayout([("m", shape)]);
        float[] values = Product(shape[0], layout.Length / shape[0], rank, 5);
        float[] decoded = RoundTrip(new LowRankCodec(layout, rank), values, 1);
        Assert.InRange(RelativeError(values, decoded), 0, 5e-6);
    }

    /// <summary>Against the singular values, computed by Jacobi rotations: repeated on one matrix, the error becomes that of the best rank r.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Encode_WarmStartedOnOneMatrix_ConvergesToTheBestOfItsRank(int rank)
    {
        var layout = new ParameterLayout([("m", [30, 20])]);
        float[] values = Decaying(30, 20);
        double[] singular = SingularValues(values, 30, 20);
        double best = Math.Sqrt(singular.Skip(rank).Sum(s => s * s) / singular.Sum(s => s * s));
        var codec = new LowRankCodec(layout, rank);
        double first = RelativeError(values, RoundTrip(codec, values, 1)), later = RelativeError(values, RoundTrip(codec, values, 30));
        Assert.InRange(first, best * (1 - 1e-6), 1);
        Assert.InRange(later, best * (1 - 1e-6), best * 1.0001);
        Assert.True(later < first);
    }

    [Fact]
    public void Encode_ZeroMatrix_StaysZeroAndStartsAnewBehindIt()
    {
        var layout = new ParameterLayout([("m", [40, 30])]);
        var codec = new LowRankCodec(layout, 4);
        float[] values = Product(40, 30, 4, 8), zeros = new float[1200];
        Assert.Equal(zeros, RoundTrip(codec, zeros, 3));
        using DeviceBuffer<float> zero = _device.Upload<float>(zeros), next = _device.Upload<float>(values), decoded = _device.Allocate<float>(1200);
        using DeviceBuffer<float> factors = _device.Allocate<float>(codec.FactorLength);
        using DeviceBuffer<float> warm = _device.Allocate<float>(codec.StateLength), warmer = _device.Allocate<float>(codec.StateLength);
        codec.Encode(zero, factors, warm, warmer);
        Assert.DoesNotContain(factors.ToArray(), x => x != 0);
        codec.Encode(next, factors, warmer, warm);
        codec.Decode(factors, decoded);
        Assert.InRange(RelativeError(values, decoded.ToArray()), 0, 5e-6);
    }

    /// <summary>After a matrix of rank 1 the lost columns of Q start anew, so that the next matrix gets its full rank.</summary>
    [Fact]
    public void Encode_RankThatWasLost_ComesBack()
    {
        var layout = new ParameterLayout([("m", [40, 30])]);
        var codec = new LowRankCodec(layout, 4);
        using DeviceBuffer<float> one = _device.Upload<float>(Product(40, 30, 1, 2)), decoded = _device.Allocate<float>(1200);
        using DeviceBuffer<float> factors = _device.Allocate<float>(codec.FactorLength);
        using DeviceBuffer<float> warm = _device.Allocate<float>(codec.StateLength), warmer = _device.Allocate<float>(codec.StateLength);
        codec.Encode(one, factors, warm, warmer);
        float[] values = Product(40, 30, 4, 9);
        using DeviceBuffer<float> four = _device.Upload<float>(values);
        codec.Encode(four, factors, warmer, warm);
        codec.Decode(factors, decoded);
        Assert.InRange(RelativeError(values, decoded.ToArray()), 0, 5e-6);
    }

    [Fact]
    public void Encode_TensorsThatFactorsWouldNotShorten_TravelAsTheyAre()
    {
        var layout = new ParameterLayout([("one", [1, 1]), ("bias", [50]), ("scalar", []), ("row", [1, 70]), ("column", [70, 1]), ("small", [4, 4]), ("m", [30, 30])]);
        var codec = new LowRankCodec(layout, 2);
        Assert.Equal([0, 0, 0, 0, 0, 0, 2], codec.Slots.Select(s => s.Rank));
        Assert.Equal(1 + 50 + 1 + 70 + 70 + 16 + (2 * 60), codec.FactorLength);
        Assert.Equal(60, codec.StateLength);
        float[] values = [.. Enumerable.Range(0, (int)layout.Length).Select(i => MathF.Sin(i) * 3)];
        Assert.Equal(values[..208], RoundTrip(codec, values, 1)[..208]);
        Assert.Equal(StageTraits.Lossless, new LowRankCodec(ParameterLayout.Flat(9), 64).Traits);
        Assert.False(codec.Traits.SumsCommute);
    }

    /// <summary>What commutes is the product with a shared Q, not what travels: P is orthonormal per client.</summary>
    [Fact]
    public void Encode_SharedStart_ProductsWithQAddUp()
    {
        var layout = new ParameterLayout([("m", [20, 10])]);
        float[] a = Product(20, 10, 1, 1), b = Product(20, 10, 1, 2), sum = [.. a.Zip(b, (x, y) => x + y)];
        var codec = new LowRankCodec(layout, 2);
        float[] decoded = [.. RoundTrip(codec, a, 1).Zip(RoundTrip(codec, b, 1), (x, y) => x + y)];
        Assert.InRange(RelativeError(sum, decoded), 0, 1e-5);
        Assert.NotEqual(Factors(codec, sum)[..40], Factors(codec, a)[..40].Zip(Factors(codec, b)[..40], (x, y) => x + y));
    }

    [Fact]
    public void AddToAndAccumulateTo_GiveTheBitsOfDecodedValues()
    {
        // More rows than a window holds, so that there are several.
        var layout = new ParameterLayout([("bias", [7]), ("m", [100, 3000]), ("w", [70_000, 5])]);
        var codec = new LowRankCodec(layout, 2);
        float[] values = [.. Enumerable.Range(0, (int)layout.Length).Select(i => MathF.Sin(0.37f * i) + MathF.Cos(0.001f * i))];
        using DeviceBuffer<float> factors = _device.Upload<float>(Factors(codec, values)), decoded = _device.Allocate<float>(layout.Length);
        using DeviceBuffer<float> sums = _device.Upload<float>(values);
        codec.Decode(factors, decoded);
        float[] x = decoded.ToArray();
        codec.AddTo(factors, sums, -0.75f);
        Assert.Equal(x.Zip(values, (d, v) => v + (-0.75f * d)), sums.ToArray());

        var op = new FixedPointAccumulate(Math.ScaleB(1, 30));
        using DeviceBuffer<long> wanted = _device.Allocate<long>(layout.Length), actual = _device.Allocate<long>(layout.Length);
        _device.Accumulate(decoded, wanted, op);
        codec.AccumulateTo(factors, actual, op);
        Assert.Equal(wanted.ToArray(), actual.ToArray());
        (double largest, double squared) = codec.Measure(factors);
        Assert.Equal(x.Max(MathF.Abs), largest);
        Assert.Equal(x.Sum(v => (double)v * v), squared, 1e-10 * squared);
    }

    [Theory]
    [InlineData(float.NaN, "Value 5 of the update is NaN")]
    [InlineData(float.NegativeInfinity, "Value 5 of the update is -∞")]
    public void Encode_NotFinite_IsRefusedByIndex(float bad, string message)
    {
        var values = new float[100];
        values[5] = bad;
        ProtocolException error = Assert.Throws<ProtocolException>(() => Factors(new LowRankCodec(new ParameterLayout([("m", [10, 10])]), 2), values));
        Assert.Contains(message, error.Message.Replace("Infinity", "∞", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_ProductBeyondFloat32_IsRefusedByName()
    {
        float[] values = [.. Enumerable.Repeat(float.MaxValue, 900)];
        ProtocolException error = Assert.Throws<ProtocolException>(
            () => Factors(new LowRankCodec(new ParameterLayout([("huge", [30, 30])]), 2), values));
        Assert.Contains("factor of 'huge'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-38f)]
    [InlineData(1e-44f)]
    [InlineData(1e30f)]
    public void Encode_ExtremeScales_AreFinite(float scale)
    {
        float[] values = [.. Product(30, 30, 2, 3).Select(x => x * scale)];
        float[] decoded = RoundTrip(new LowRankCodec(new ParameterLayout([("m", [30, 30])]), 2), values, 2);
        Assert.DoesNotContain(decoded, x => !float.IsFinite(x));
        Assert.InRange(RelativeError(values, decoded), 0, scale < 1e-40f ? 1 : 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Rank_OutOfRange_IsRefused(int rank) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LowRankCodec(ParameterLayout.Flat(4), rank));

    [Theory]
    [MemberData(nameof(Devices))]
    public void Encode_OtherDevice_SameBits(string name)
    {
        Device other = devices.Open(name);
        var layout = new ParameterLayout([("m", [33, 21]), ("bias", [13]), ("c", [8, 4, 3])]);
        var codec = new LowRankCodec(layout, 3);
        float[] values = [.. Enumerable.Range(0, (int)layout.Length).Select(i => MathF.Sin(0.7f * i) * 1.3f)];
        Assert.Equal(Rounds(_device, codec, values), Rounds(other, codec, values));
    }

    public void Dispose() => _device.Dispose();

    private static float[][] Rounds(Device device, LowRankCodec codec, float[] values)
    {
        using DeviceBuffer<float> source = device.Upload<float>(values), decoded = device.Allocate<float>(values.Length);
        using DeviceBuffer<float> factors = device.Allocate<float>(codec.FactorLength);
        using DeviceBuffer<float> warm = device.Allocate<float>(codec.StateLength), warmer = device.Allocate<float>(codec.StateLength);
        codec.Encode(source, factors, warm, warmer);
        codec.Encode(source, factors, warmer, warm);
        codec.Decode(factors, decoded);
        return [factors.ToArray(), warm.ToArray(), decoded.ToArray()];
    }

    private float[] Factors(LowRankCodec codec, float[] values)
    {
        using DeviceBuffer<float> source = _device.Upload<float>(values), factors = _device.Allocate<float>(codec.FactorLength);
        using DeviceBuffer<float> warm = _device.Allocate<float>(codec.StateLength), next = _device.Allocate<float>(codec.StateLength);
        codec.Encode(source, factors, warm, next);
        return factors.ToArray();
    }

    private float[] RoundTrip(LowRankCodec codec, float[] values, int steps)
    {
        using DeviceBuffer<float> source = _device.Upload<float>(values), factors = _device.Allocate<float>(codec.FactorLength);
        DeviceBuffer<float> warm = _device.Allocate<float>(codec.StateLength), next = _device.Allocate<float>(codec.StateLength);
        for (int i = 0; i < steps; i++)
        {
            codec.Encode(source, factors, warm, next);
            (warm, next) = (next, warm);
        }

        using DeviceBuffer<float> decoded = _device.Allocate<float>(values.Length);
        codec.Decode(factors, decoded);
        warm.Dispose();
        next.Dispose();
        return decoded.ToArray();
    }

    private static double RelativeError(float[] values, float[] decoded)
    {
        double error = 0, norm = 0;
        for (int i = 0; i < values.Length; i++)
        {
            error += ((double)values[i] - decoded[i]) * ((double)values[i] - decoded[i]);
            norm += (double)values[i] * values[i];
        }

        return Math.Sqrt(error / norm);
    }

    /// <summary>A random matrix of a rank.</summary>
    private static float[] Product(long rows, long columns, int rank, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        double[] left = [.. Enumerable.Range(0, (int)rows * rank).Select(_ => random.NextNormal())];
        double[] right = [.. Enumerable.Range(0, (int)columns * rank).Select(_ => random.NextNormal())];
        var values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            (long r, long c) = (i / columns, i % columns);
            values[i] = (float)Enumerable.Range(0, rank).Sum(k => left[(r * rank) + k] * right[(c * rank) + k]);
        }

        return values;
    }

    /// <summary>Random directions whose strength halves from one to the next.</summary>
    private static float[] Decaying(int rows, int columns)
    {
        var values = new float[rows * columns];
        for (int k = 0; k < Math.Min(rows, columns); k++)
        {
            float[] direction = Product(rows, columns, 1, (ulong)(100 + k));
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += (float)Math.ScaleB(direction[i], -k);
            }
        }

        return values;
    }

    /// <summary>One-sided Jacobi: columns are rotated against each other until they are orthogonal; their norms are the singular values.</summary>
    private static double[] SingularValues(float[] matrix, int rows, int columns)
    {
        double[][] c = [.. Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).Select(i => (double)matrix[(i * columns) + j]).ToArray())];
        for (int sweep = 0; sweep < 30; sweep++)
        {
            for (int p = 0; p < columns; p++)
            {
                for (int q = p + 1; q < columns; q++)
                {
                    double alpha = Dot(c[p], c[p]), beta = Dot(c[q], c[q]), gamma = Dot(c[p], c[q]);
                    if (gamma == 0)
                    {
                        continue;
                    }

                    double zeta = (beta - alpha) / (2 * gamma);
                    double t = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                    double cos = 1 / Math.Sqrt(1 + (t * t)), sin = cos * t;
                    for (int i = 0; i < rows; i++)
                    {
                        (c[p][i], c[q][i]) = ((cos * c[p][i]) - (sin * c[q][i]), (sin * c[p][i]) + (cos * c[q][i]));
                    }
                }
            }
        }

        return [.. c.Select(v => Math.Sqrt(Dot(v, v))).OrderDescending()];
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
