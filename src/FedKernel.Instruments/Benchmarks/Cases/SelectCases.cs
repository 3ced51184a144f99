// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The exact 1% of largest magnitude, with their indices in order. Normal values: a tile repeated would be all ties.</summary>
internal static class SelectCases
{
    public const string Name = "topk_1_percent";

    public static BenchCase Create(BenchData data)
    {
        long k = Math.Max(1, data.Length / 100);
        DeviceBuffer<float> x = data.CreateTarget<float>().Buffer, values = data.Own(data.Device.Allocate<float>(k));
        DeviceBuffer<uint> indices = data.Own(data.Device.Allocate<uint>(k));
        data.Device.Sample(x, x, new GaussianNoise<PhiloxStream>(
            new PhiloxStream(new SimulationSeed(11), new StreamId(1, StreamPurpose.PrivacyNoise)), 1));
        var none = new uint[k];
        var work = new DelegateCase(
            Name, () => data.Device.SelectLargest(x, indices, values), () => indices.CopyFrom(none), () => Check(x, indices, values))
        { OnFinish = data.Device.Synchronize };
        return new BenchCase(
            new CaseDescription(Name, "exact top 1 % by magnitude")
            {
                Elements = data.Length,
                BytesPerElement = 4.08,
                Limit = [new LimitPart(Traffic.Read, 4.08)],
                Bars = data.Width == SimdWidth.Bits512 ? [new Bar("melements_per_s", 1200)] : [],
                Note = "values are read more than once: the limit counts one read",
            },
            work,
            []);
    }

    /// <summary>Indices rise, values are those at the indices, and nothing outside is larger than the smallest inside.</summary>
    private static string? Check(DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values)
    {
        uint[] places = indices.ToArray();
        float[] kept = values.ToArray();
        uint least = kept.Min(Word);
        Span<float> one = stackalloc float[1];
        for (int i = 0; i < places.Length; i++)
        {
            if (i > 0 && places[i] <= places[i - 1])
            {
                return $"wrong result: index {places[i]} stands behind {places[i - 1]}";
            }

            if (i % 4093 == 0)
            {
                x.CopyTo(one, places[i]);
                if (one[0] != kept[i])
                {
                    return $"wrong result: value {kept[i]} at index {places[i]}, where {one[0]} is";
                }
            }
        }

        Span<long> above = stackalloc long[1];
        x.Device.CountMagnitudes(x, least + 1, 31, above);
        int inside = kept.Count(v => Word(v) > least);
        return above[0] == inside ? null : $"wrong result: {above[0]} magnitudes are above the smallest one kept, {inside} of them kept";
    }

    private static uint Word(float value) => BitConverter.SingleToUInt32Bits(value) & int.MaxValue;
}
