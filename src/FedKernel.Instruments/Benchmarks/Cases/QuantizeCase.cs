// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>int8 codes by stochastic rounding with a scale for each 256 elements, on one core: reads 4 B, writes 1 B.</summary>
internal static unsafe class QuantizeCase
{
    public const string Name = "int8_stochastic";

    // No code: codes go from −127 to 127.
    private const sbyte Poison = sbyte.MinValue;

    public static BenchCase Create(BenchData data)
    {
        DeviceRows<float> source = data.CreateTarget<float>(device: data.CoreOrDevice);
        DeviceRows<float> scales = data.CreateTarget<float>(data.Length / 256, data.CoreOrDevice);
        DeviceRows<sbyte> codes = data.CreateTarget<sbyte>(device: data.CoreOrDevice);
        source.Fill(0, data.Tile(0));
        var op = new StochasticRounding<PhiloxStream>(
            new PhiloxStream(new SimulationSeed(9), new StreamId(1, StreamPurpose.Rounding)));
        float[] largest = [.. data.Tile(0).ToArray().Chunk(256).Select(c => c.Max(Math.Abs))];
        var check = new VectorCheck<sbyte>(
            codes.Buffer, data.Period, Poison,
            (v, i, _) => v != Poison && Math.Abs((v * largest[i / 256] / 127) - data.Tile(0)[i]) <= largest[i / 256] / 126);
        var work = new DelegateCase(
            Name, () => data.CoreOrDevice.Quantize(source.Buffer, codes.Buffer, scales.Buffer, op, 0), check.Spoil, check.Check)
        { OnFinish = data.CoreOrDevice.Synchronize };
        var peers = new List<(string, TimedCase)>();
        if (data.HasPeers)
        {
            peers.Add(("naive", data.Own(new LimitCase(
                $"{Name}~naive", data.Library!, LimitLoop.QuantizeStochastic, all: false, 5, data.Length, codes.Memory!.Row(0), [],
                (nint)source.Memory!.Row(0))
            { OnPrepare = check.Spoil, OnCheck = check.Check, Every = 2 })));
        }

        return new BenchCase(
            new CaseDescription(Name, "int8 by stochastic rounding, block scales" + (data.Width is null ? "" : ", one core"))
            {
                Elements = data.Length,
                BytesPerElement = 5,
                Limit = [new LimitPart(Traffic.Rows, 5)],
                PerCore = data.Width is not null,
                Peers = [.. peers.Select(p => p.Item1)],
                Bars = data.Width == SimdWidth.Bits512 ? [new Bar("melements_per_s", 1500)] : [],
                Note = "limited by arithmetic",
            },
            work,
            peers);
    }
}
