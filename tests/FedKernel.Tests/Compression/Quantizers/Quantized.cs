// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>One vector through a quantizer of rotated values and back.</summary>
internal static class Quantized
{
    /// <summary>A context whose seed, and whose rounding, are those of a number.</summary>
    public static EncodingContext Context(uint number, uint? seed = null) => new(
        new ParameterLayout([("all", [1])]), number, SharedSeed.Of(new SimulationSeed(77), seed ?? number),
        RoundingSource.Simulation(new SimulationSeed(78)));

    public static EncodedValues Encode(this Quantizer quantizer, Device device, float[] x, EncodingContext context)
    {
        using DeviceBuffer<float> source = device.Upload<float>(x);
        EncodedValues encoded = quantizer.Allocate(device, x.Length);
        quantizer.Encode(source, encoded, context);
        return encoded;
    }

    public static float[] Decode(this Quantizer quantizer, EncodedValues encoded, SharedSeed seed)
    {
        using DeviceBuffer<float> destination = encoded.Codes.Device.Allocate<float>(encoded.Length);
        quantizer.Decode(encoded, destination, seed);
        return destination.ToArray();
    }

    public static float[] RoundTrip(this Quantizer quantizer, Device device, float[] x, EncodingContext context)
    {
        using EncodedValues encoded = quantizer.Encode(device, x, context);
        return quantizer.Decode(encoded, context.Seed);
    }

    /// <summary>The mean of decoded − x over many encodings, and its standard error, for each value.</summary>
    public static (double[] Errors, double[] StandardErrors) MeanErrors(
        this Quantizer quantizer, Device device, float[] x, int encodings, Func<uint, EncodingContext> contextOf)
    {
        double[] sums = new double[x.Length], squares = new double[x.Length];
        using DeviceBuffer<float> source = device.Upload<float>(x), estimate = device.Allocate<float>(x.Length);
        using EncodedValues encoded = quantizer.Allocate(device, x.Length);
        for (uint s = 0; s < encodings; s++)
        {
            EncodingContext context = contextOf(s);
            quantizer.Encode(source, encoded, context);
            quantizer.Decode(encoded, estimate, context.Seed);
            float[] y = estimate.ToArray();
            for (int i = 0; i < x.Length; i++)
            {
                sums[i] += y[i] - x[i];
                squares[i] += ((double)y[i] - x[i]) * (y[i] - x[i]);
            }
        }

        return (Array.ConvertAll(sums, s => s / encodings), Array.ConvertAll(squares, s => Math.Sqrt(s) / encodings));
    }

    /// <summary>‖y − x‖² / ‖x‖²</summary>
    public static double Error(float[] x, float[] y) =>
        x.Zip(y, (a, b) => ((double)b - a) * ((double)b - a)).Sum() / x.Sum(a => (double)a * a);

    public static float[] Normal(Device device, int length, ulong seed)
    {
        using DeviceBuffer<float> x = device.Allocate<float>(length);
        device.Sample(x, x, new GaussianNoise<PhiloxStream>(new PhiloxStream(new SimulationSeed(seed), default), 1));
        return x.ToArray();
    }
}
