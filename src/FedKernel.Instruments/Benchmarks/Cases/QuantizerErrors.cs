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
    /// Case, pipeline and error. eden: 1 / (1 − D) − 1 with D the least error of a quantizer of the normal law with 2ᵇ levels (Lloyd 1957, Max
    /// 1960), as the scale that makes it unbiased leaves it (Vargaftik 2022). Blocks: ∫ over the largest magnitude of a block, to three digits.
    /// </summary>
    private static readonly (string Case, string Codec, double Error)[] _tables =
    [
        (RotationCases.EdenName(1), "eden:1", 0.5707963268),
        (RotationCases.EdenName(2), "eden:2", 0.1331211687),
        (RotationCases.EdenName(4), "eden:4", 0.0095921430),
        (CodeCases.Int8Encode, "int8:256", 4.84e-5),
        (CodeCases.NormalFloat4Encode, "nf4:64", 0.00845),
    ];

    /// <summary>The case with the errors of its quantizers beside its times.</summary>
    public static BenchCase With(BenchData data, BenchCase bench)
    {
        (string Case, string Codec, double Error)[] own = [.. _tables.Where(t => t.Case == bench.Description.Name)];

        // A device that checks kernels would take minutes for them.
        return own.Length == 0 || data.Device.Info.Kind == DeviceKind.IlgpuCpu
            ? bench
            : bench with { Findings = () => [.. bench.Findings?.Invoke() ?? [], .. own.Select(t => Measure(data.Device, t.Codec, t.Error))] };
    }

    private static Finding Measure(Device device, string codec, double table)
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

        return new Finding($"normalised_error_{codec.Replace(':', '_')}", error / squares, "1") { Table = table };
    }
}
