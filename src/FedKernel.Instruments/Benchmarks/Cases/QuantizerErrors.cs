// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>What quantizers lose of standard normal values, beside what theory or a published table says that they lose.</summary>
/// <remarks>‖x − y‖² / ‖x‖² over 2²² values: chance moves it by 0.3% at most, and the seed is fixed.</remarks>
internal static class QuantizerErrors
{
    private const int Length = 1 << 22;

    /// <summary>
    /// The error by pipeline. eden: 1 / (1 − D) − 1 with D the least error of a quantizer of the normal law with 2ᵇ levels (Lloyd 1957, Max
    /// 1960), as the scale that makes it unbiased leaves it (Vargaftik 2022). Blocks: ∫ over the largest magnitude of a block, to three digits.
    /// </summary>
    private static readonly Dictionary<string, double> _tables = new()
    {
        ["eden:1"] = 0.5707963268,
        ["eden:2"] = 0.1331211687,
        ["eden:4"] = 0.0095921430,
        ["int8:256"] = 4.84e-5,
        ["nf4:64"] = 0.00845,
    };

    /// <summary>The case with the errors of quantizers beside its times.</summary>
    /// <param name="data">The data of the run.</param>
    /// <param name="bench">The case.</param>
    /// <param name="codecs">Pipelines of one quantizer each.</param>
    public static BenchCase With(BenchData data, BenchCase bench, params string[] codecs)
    {
        // A device that checks kernels would take minutes for them.
        return data.Device.Info.Kind == DeviceKind.IlgpuCpu
            ? bench
            : bench with { Findings = () => [.. bench.Findings?.Invoke() ?? [], .. codecs.Select(c => Measure(data.Device, c))] };
    }

    private static Finding Measure(Device device, string codec)
    {
        var random = new SimulationRandom(new SimulationSeed(4));
        var values = new float[Length];
        double squares = 0;
        foreach (ref float value in values.AsSpan())
        {
            value = (float)random.NextNormal();
            squares += (double)value * value;
        }

        Quantizer quantizer = CompressionPipeline.Parse(codec).Quantizer;
        using DeviceBuffer<float> source = device.Allocate<float>(Length), decoded = device.Allocate<float>(Length);
        using EncodedValues encoded = quantizer.Allocate(device, Length);
        source.CopyFrom(values);
        var seed = SharedSeed.Of(new SimulationSeed(4), round: 1);
        var context = new EncodingContext(ParameterLayout.Flat(Length), 1, seed, RoundingSource.Simulation(new SimulationSeed(4)));
        quantizer.Encode(source, encoded, context);
        quantizer.Decode(encoded, decoded, seed);
        var back = new float[Length];
        decoded.CopyTo(back);
        double error = 0;
        for (int i = 0; i < Length; i++)
        {
            double difference = (double)values[i] - back[i];
            error += difference * difference;
        }

        return new Finding($"normalised_error_{codec.Replace(':', '_')}", error / squares, "1") { Table = _tables[codec] };
    }
}
