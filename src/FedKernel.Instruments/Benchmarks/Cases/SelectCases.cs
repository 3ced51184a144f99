// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The largest hundredth of normal values, exactly and in the order of the indices; and what reads and adds at such indices.</summary>
internal static class SelectCases
{
    public const string TopName = "topk_1_percent";
    public const string GatherName = "gather_1_percent";
    public const string ScatterName = "scatter_add_1_percent";

    private const float Weight = 0.25f;

    public static BenchCase CreateTop(BenchData data)
    {
        (DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values) = Create(data);
        uint[] none = [uint.MaxValue];
        uint[]? known = null;
        var work = new DelegateCase(
            TopName, () => data.Device.SelectLargest(x, indices, values),
            () =>
            {
                indices.CopyFrom(none);
                indices.CopyFrom(none, indices.Length - 1);
            },
            () =>
            {
                uint[] found = indices.ToArray();
                known ??= Expected(x, found.Length);
                int same = known.AsSpan().CommonPrefixLength(found);
                return same == known.Length ? null : $"wrong result: index {same} is {found[same]}, expected {known[same]}";
            })
        { OnFinish = data.Device.Synchronize };
        return new BenchCase(
            new CaseDescription(TopName, "top 1 %, exact, compacted")
            {
                Elements = x.Length,
                BytesPerElement = 4,
                Limit = [new LimitPart(Traffic.Read, 4)],
                Bars = data.Width is null ? [] : [new Bar("melements_per_s", 1200)],
                Note = "normal values; the floor is one read of the vector",
            },
            work,
            []);
    }

    public static BenchCase CreateGather(BenchData data)
    {
        (DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values) = Create(data);
        data.Device.SelectLargest(x, indices, values);
        float[] expected = values.ToArray();
        var work = new DelegateCase(
            GatherName, () => data.Device.Gather(x, indices, values), () => values.CopyFrom([float.NaN], values.Length - 1),
            () => expected.AsSpan().SequenceEqual(values.ToArray()) ? null : "wrong result")
        { OnFinish = data.Device.Synchronize };
        return Sparse(GatherName, "gather of 1 %", indices.Length, 12, work);
    }

    public static BenchCase CreateScatterAdd(BenchData data)
    {
        (DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values) = Create(data);
        data.Device.SelectLargest(x, indices, values);
        DeviceBuffer<float> sums = data.CreateTarget<float>().Buffer;
        uint last = indices.ToArray()[^1];
        float expected = values.ToArray()[^1] * Weight;
        var one = new float[1];
        var work = new DelegateCase(
            ScatterName, () => data.Device.ScatterAdd(indices, values, sums, Weight), () => sums.CopyFrom([0], last),
            () =>
            {
                sums.CopyTo(one, last);

                // A sample may be several calls: as many times the same number, each time rounded.
                double calls = one[0] / expected;
                return calls >= 1 && Math.Abs(calls - Math.Round(calls)) < 1e-3 * calls ? null : $"wrong result: {one[0]}, expected a multiple of {expected}";
            })
        { OnFinish = data.Device.Synchronize };
        return Sparse(ScatterName, "add 1 % to a dense sum", indices.Length, 16, work);
    }

    private static BenchCase Sparse(string name, string title, long count, double bytes, DelegateCase work) => new(
        new CaseDescription(name, title)
        {
            Elements = count,
            BytesPerElement = bytes,
            Note = "an element is an index; memory moves whole lines of 64 bytes",
        },
        work,
        []);

    private static (DeviceBuffer<float> X, DeviceBuffer<uint> Indices, DeviceBuffer<float> Values) Create(BenchData data)
    {
        DeviceBuffer<float> x = data.CreateTarget<float>().Buffer;
        data.Device.Sample(x, x, new GaussianNoise<PhiloxStream>(new PhiloxStream(new SimulationSeed(31), default), 1));
        long k = (x.Length + 99) / 100;
        return (x, data.CreateTarget<uint>(k).Buffer, data.CreateTarget<float>(k).Buffer);
    }

    /// <summary>A plain sort of the magnitudes that can matter, then a plain filter.</summary>
    private static uint[] Expected(DeviceBuffer<float> x, int k)
    {
        uint[] words = Array.ConvertAll(x.ToArray(), v => BitConverter.SingleToUInt32Bits(v) & int.MaxValue);
        uint[] sorted = [.. words.Where(w => w >= BitConverter.SingleToUInt32Bits(2f))];
        Array.Sort(sorted);
        uint threshold = sorted[^k];
        int ties = k - sorted.Count(w => w > threshold);
        var expected = new List<uint>(k);
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] > threshold || (words[i] == threshold && ties-- > 0))
            {
                expected.Add((uint)i);
            }
        }

        return [.. expected];
    }
}
