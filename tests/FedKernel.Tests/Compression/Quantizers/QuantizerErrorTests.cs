// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>Errors on N(0, 1) against numbers from outside.</summary>
public sealed class QuantizerErrorTests : IDisposable
{
    private const int Count = 1 << 22;

    private readonly CpuDevice _device = new(threadCount: 2);

    /// <summary>bitsandbytes, tests/test_functional.py: expected absolute and relative errors of its 4-bit kinds.</summary>
    [Theory]
    [InlineData("nf4:32", 0.067746, 0.189726)]
    [InlineData("nf4:64", 0.072798, 0.203339)]
    [InlineData("nf4:128", 0.076831, 0.215237)]
    [InlineData("nf4:256", 0.080337, 0.226105)]
    [InlineData("nf4:4096", 0.092547, 0.262473)]
    [InlineData("fp4:64", 0.096543, 0.260125)]
    public void FourBits_OfNormals_HaveTheErrorsOfBitsAndBytes(string name, double absolute, double relative)
    {
        (float[] x, float[] y) = RoundTrip(name);
        double abs = 0, rel = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double e = Math.Abs((double)x[i] - y[i]);
            abs += e;
            rel += e / (Math.Abs((double)x[i]) + 1e-8);
        }

        Assert.Equal(absolute, abs / x.Length, 0.01 * absolute);
        Assert.Equal(relative, rel / x.Length, 0.01 * relative);
    }

    /// <summary>Integrals over the law of a block's largest magnitude.</summary>
    [Theory]
    [InlineData("int8:64", 0.00503, 3.52e-5)]
    [InlineData("int8:256", 0.00597, 4.84e-5)]
    [InlineData("nf4:64", null, 0.00845)]
    public void Blocks_OfNormals_HaveTheCalculatedErrors(string name, double? absolute, double squared)
    {
        (float[] x, float[] y) = RoundTrip(name);
        double abs = 0, errors = 0, norm = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double e = (double)x[i] - y[i];
            abs += Math.Abs(e);
            errors += e * e;
            norm += (double)x[i] * x[i];
        }

        Assert.Equal(squared, errors / norm, 0.01 * squared);
        if (absolute is { } expected)
        {
            Assert.Equal(expected, abs / x.Length, 0.01 * expected);
        }
    }

    /// <summary>bitsandbytes bounds its 8-bit kinds on N(0, 1) by .011 absolute and .018 relative: ours must not be worse.</summary>
    [Theory]
    [InlineData("int8:256")]
    [InlineData("fp16")]
    public void EightBits_OfNormals_StayBelowTheBoundOfBitsAndBytes(string name)
    {
        (float[] x, float[] y) = RoundTrip(name);
        Assert.True(x.Zip(y, (a, b) => Math.Abs((double)a - b)).Average() < 0.011);
    }

    [Fact]
    public void Stochastic_ManyKeys_MeanIsTheValue()
    {
        const int n = 1024, rounds = 4000;
        var quantizer = (Int8Quantizer)CompressionPipeline.Parse("int8:256,stochastic").Quantizer;
        float[] x = Normals(n);
        using DeviceBuffer<float> source = _device.Upload<float>(x), decoded = _device.Allocate<float>(n);
        using EncodedValues encoded = quantizer.Allocate(_device, n);
        var sum = new double[n];
        var layout = new ParameterLayout([("x", [n])]);
        RoundingSource bits = RoundingSource.Simulation(new SimulationSeed(5));
        for (uint round = 0; round < rounds; round++)
        {
            var context = new EncodingContext(layout, round, SharedSeed.Of(new SimulationSeed(1), round), bits);
            quantizer.Encode(source, encoded, context);
            quantizer.Decode(encoded, decoded, null);
            float[] y = decoded.ToArray();
            for (int i = 0; i < n; i++)
            {
                sum[i] += y[i];
            }
        }

        // Each rounding has a variance of at most scale² / 4; of 1024 means none is beyond 5.5 standard deviations.
        float[] scales = encoded.Scales.ToArray();
        double chi = 0;
        for (int i = 0; i < n; i++)
        {
            double scale = scales[i / 256], error = (sum[i] / rounds) - x[i];
            Assert.True(Math.Abs(error) < 5.5 * scale / 2 / Math.Sqrt(rounds), $"Value {i}: the mean is off by {error / scale} scales.");
            chi += error / scale;
        }

        Assert.True(Math.Abs(chi / n) < 5 * 0.5 / Math.Sqrt((double)rounds * n), $"The mean bias is {chi / n} scales.");
    }

    [Theory]
    [InlineData("int8:256", 1)]
    [InlineData("int8:4096", 4096)]
    [InlineData("int4:32", 100)]
    [InlineData("int4:4096", 100)]
    [InlineData("nf4:32", 3)]
    [InlineData("fp4:64", 64)]
    [InlineData("fp16", 64)]
    public void Describe_VarianceBound_HoldsForPeaksAndForNormals(string name, int length)
    {
        Quantizer quantizer = CompressionPipeline.Parse(name).Quantizer;
        StageTraits traits = quantizer.Describe(length);
        Assert.False(traits.SumsCommute);
        float[] normals = Normals(length), peak = new float[length];
        Array.Fill(peak, 0.0039f);
        peak[0] = 1;
        foreach (float[] x in (float[][])[normals, peak])
        {
            float[] y = RoundTrip(quantizer, x);
            double error = x.Zip(y, (a, b) => ((double)a - b) * ((double)a - b)).Sum(), norm = x.Sum(a => (double)a * a);
            Assert.True(error <= traits.VarianceBound * norm, $"{error / norm} is above {traits.VarianceBound}.");
        }
    }

    public void Dispose() => _device.Dispose();

    private (float[] X, float[] Y) RoundTrip(string name)
    {
        float[] x = Normals(Count);
        return (x, RoundTrip(CompressionPipeline.Parse(name).Quantizer, x));
    }

    private float[] RoundTrip(Quantizer quantizer, float[] x)
    {
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        using EncodedValues encoded = quantizer.Allocate(_device, x.Length);
        var layout = new ParameterLayout([("x", [x.Length])]);
        quantizer.Encode(source, encoded, new EncodingContext(layout, 0, SharedSeed.Of(new SimulationSeed(1), 0), null));
        quantizer.Decode(encoded, source, null);
        return source.ToArray();
    }

    private float[] Normals(int count)
    {
        using DeviceBuffer<float> x = _device.Allocate<float>(count);
        _device.Sample(x, x, new GaussianNoise<PhiloxStream>(new PhiloxStream(new SimulationSeed(3), default), 1));
        return x.ToArray();
    }
}
