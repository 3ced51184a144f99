// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Tests.Devices;

/// <summary>A launch of every verb of a device over vectors of one length, ready to be repeated.</summary>
internal sealed class EveryVerb : IDisposable
{
    private const int Rows = 19;

    private readonly List<IDisposable> _buffers = [];

    public EveryVerb(Device device, int length)
    {
        var stream = new PhiloxStream(new SimulationSeed(1), default);
        int columns = 64, rows = length / columns;
        DeviceBuffer<float> x = New<float>(device, length), y = New<float>(device, length), d = New<float>(device, length);
        DeviceBuffer<float> scales = New<float>(device, (length + 255) / 256), few = New<float>(device, columns);
        DeviceBuffer<float> rowResults = New<float>(device, rows), rowWeights = New<float>(device, rows);
        DeviceBuffer<long> integers = New<long>(device, length);
        DeviceBuffer<sbyte> codes = New<sbyte>(device, length);
        DeviceBuffer<byte> packed = New<byte>(device, (length + 1) / 2), bytes = New<byte>(device, length);
        DeviceBuffer<float> halves = New<float>(device, (length + 127) / 128);

        DeviceBuffer<uint> votes = New<uint>(device, 15 * columns), planes = New<uint>(device, 5 * columns), decided = New<uint>(device, columns);
        DeviceBuffer<int> drawn = New<int>(device, length);
        DeviceBuffer<float> whole = d.Slice(0, length / 1024 * 1024);
        DeviceBuffer<uint> signs = New<uint>(device, (int)Device.SignWords(length));
        var law = new DiscreteGaussianTable(2);
        DeviceBuffer<uint> table = New<uint>(device, law.Shape.Length);
        table.CopyFrom(law.Words);
        var noise = new DiscreteGaussianNoise<PhiloxStream>(stream, law.Shape);
        var matrix = new DeviceMatrix(x.Slice(0, (long)rows * columns), rows, columns);
        float[] weights = [.. Enumerable.Range(1, Rows).Select(r => 1f / r)], host = new float[length];
        FixedPointAccumulate[] ops = [.. weights.Select(w => new FixedPointAccumulate(w * 1024))];
        var largest = new double[Rows];
        DeviceBuffer<uint> kept = New<uint>(device, Math.Max(1, length / 100));
        DeviceBuffer<float> keptValues = New<float>(device, Math.Max(1, length / 100));
        var counts = new long[16];
        device.Generate(x, new Fill(0.5f));
        device.SelectLargest(x, kept, keptValues);
        All = new()
        {
            ["Generate"] = () => device.Generate(d, new Fill(2)),
            ["Map of one"] = () => device.Map(x, d, new Scale(2)),
            ["Map of two"] = () => device.Map(x, y, d, new Axpy(2)),
            ["Sample"] = () => device.Sample(x, d, new GaussianNoise<PhiloxStream>(stream, 1)),
            ["Reduce of one"] = () => device.Reduce(x, new SquaredL2Norm()),
            ["Reduce of two"] = () => device.Reduce(x, y, new Dot()),
            ["ReduceRows"] = () => device.ReduceRows(matrix, few, rowResults, new Dot()),
            ["RowCombine of a matrix"] = () => device.RowCombine(matrix, rowWeights, few, new WeightedSum()),
            ["Accumulate"] = () => device.Accumulate(x, integers, new FixedPointAccumulate(1024)),
            ["Resolve"] = () => device.Resolve(integers, d, new FixedPointResolve(0.5)),
            ["Quantize"] = () => device.Quantize(x, codes, scales, new StochasticRounding<PhiloxStream>(stream), 0),
            ["Quantize after noise"] = () => device.Quantize(
                x, codes, scales, new GaussianNoise<PhiloxStream>(stream, 1), new StochasticRounding<PhiloxStream>(stream), 2),
            ["Encode"] = () => device.Encode(x, packed, halves, default(NearestInBook<NormalFloat4Book>), 128),
            ["Encode at random"] = () => device.Encode(x, bytes, scales, new StochasticCode<PhiloxStream>(stream), 256),
            ["EncodeWithFeedback"] = () => device.EncodeWithFeedback(
                x, y, packed, halves, default(NearestInBook<NormalFloat4Book>), default(NormalFloat4Value), 128),
            ["Decode"] = () => device.Decode(packed, halves, d, default(NormalFloat4Value), 128),
            ["DecodeAdd"] = () => device.DecodeAdd(bytes, scales, d, 0.5f, default(IntegerValue<EightBits>), 256),
            ["DecodeAccumulate"] = () => device.DecodeAccumulate(
                bytes, scales, integers, default(IntegerValue<EightBits>), new FixedPointAccumulate(1024), 256),
            ["Draw"] = () => device.Draw(drawn, drawn, table, noise, 0),
            ["Draw after rounding"] = () => device.Draw(x, drawn, table, new RoundAndDiscreteNoise<PhiloxStream>(1, noise), 0),
            ["CountVotes"] = () => device.CountVotes(votes, planes, 5),
            ["DecideVotes"] = () => device.DecideVotes(planes, 5, 3, decided),
            ["Hadamard"] = () => device.Hadamard(whole, 10, 0.03125f),
            ["Rotate"] = () => device.Rotate(whole, 10, 0.03125f, signs),
            ["RotateBack"] = () => device.RotateBack(whole, 10, 0.03125f, signs),
            ["SelectLargest"] = () => device.SelectLargest(x, kept, keptValues),
            ["CountMagnitudes"] = () => device.CountMagnitudes(x, 0, 27, counts),
            ["Gather"] = () => device.Gather(x, kept, keptValues),
            ["Scatter"] = () => device.Scatter(kept, keptValues, d),
            ["ScatterAdd"] = () => device.ScatterAdd(kept, keptValues, d, 0.5f),
            ["ScatterAccumulate"] = () => device.ScatterAccumulate(kept, keptValues, integers, new FixedPointAccumulate(1024)),
            ["CopyFrom"] = () => x.CopyFrom(host),
            ["CopyTo"] = () => x.CopyTo(host),
            ["Synchronize"] = device.Synchronize,
        };
        AddRows<float>(device, length, weights, ops, d, integers, largest);
        AddRows<double>(device, length, weights, ops, d, integers, largest);
        AddRows<Half>(device, length, weights, ops, d, integers, largest);
        AddRows<BFloat16>(device, length, weights, ops, d, integers, largest);
    }

    /// <summary>The launches by name.</summary>
    public Dictionary<string, Action> All { get; }

    /// <summary>Bytes that the calling thread allocates in every launch, once everything is warm.</summary>
    /// <remarks>The least of several series: what a launch needs, each has; what the runtime does once beside it, not every one.</remarks>
    /// <param name="launch">The launch.</param>
    /// <param name="launches">Launches of a series.</param>
    public static double BytesOf(Action launch, int launches = 5)
    {
        double least = double.PositiveInfinity;
        for (int series = 0; series < 8; series++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < launches; i++)
            {
                launch();
            }

            least = Math.Min(least, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / launches);
        }

        return least;
    }

    public void Dispose() => _buffers.ForEach(b => b.Dispose());

    private void AddRows<T>(
        Device device, int length, float[] weights, FixedPointAccumulate[] ops,
        DeviceBuffer<float> destination, DeviceBuffer<long> integers, double[] largest)
        where T : unmanaged
    {
        DeviceBuffer<T>[] rows = [.. weights.Select(_ => New<T>(device, length))];
        All[$"RowCombine of {typeof(T).Name}"] = () => device.RowCombine(rows, weights, destination, new WeightedSum());
        All[$"AccumulateRows of {typeof(T).Name}"] =
            () => device.AccumulateRows<T, FixedPointAccumulate>(rows, ops, integers, largest);
    }

    private DeviceBuffer<T> New<T>(Device device, int length)
        where T : unmanaged
    {
        DeviceBuffer<T> buffer = device.Allocate<T>(length);
        _buffers.Add(buffer);
        return buffer;
    }
}
