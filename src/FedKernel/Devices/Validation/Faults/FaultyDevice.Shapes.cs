// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation.Faults;

public sealed partial class FaultyDevice
{
    private protected override void GenerateCore<TOp>(DeviceBuffer<float> destination, TOp op) =>
        Spoil(destination, () => _inner.Generate(Inner(destination), op));

    private protected override void SampleCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile) =>
        Spoil(destination, () => _inner.Sample(Inner(source), Inner(destination), op, firstTile));

    private protected override void MapCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> destination, TOp op) =>
        Spoil(destination, () => _inner.Map(Inner(x), Inner(destination), op));

    private protected override void MapCore<TOp>(
        DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op) =>
        Spoil(destination, () => _inner.Map(Inner(x), Inner(y), Inner(destination), op));

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, TOp op)
    {
        DeviceBuffer<float> inner = Inner(x);
        return Spoil(x.Length, start => _inner.Reduce(inner.Slice(start, inner.Length - start), op));
    }

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y, TOp op)
    {
        DeviceBuffer<float> a = Inner(x), b = Inner(y);
        return Spoil(x.Length, start => _inner.Reduce(a.Slice(start, a.Length - start), b.Slice(start, b.Length - start), op));
    }

    private protected override void ReduceRowsCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op) =>
        Spoil(destination, () => _inner.ReduceRows(Inner(rows), Inner(y), Inner(destination), op));

    private protected override void RowCombineCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op)
    {
        float[] copy = weights.ToArray();
        Spoil(destination, () => _inner.RowCombine(Inner(rows), copy, Inner(destination), op));
    }

    private protected override void RowCombineCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> weights, DeviceBuffer<float> destination, TOp op) =>
        Spoil(destination, () => _inner.RowCombine(Inner(rows), Inner(weights), Inner(destination), op));

    private protected override void AccumulateRowsCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<TOp> ops, DeviceBuffer<long> integers, Span<double> largest)
    {
        TOp[] copy = ops.ToArray();
        var found = new double[largest.Length];
        Spoil(integers, () => _inner.AccumulateRows<TElement, TOp>(Inner(rows), copy, Inner(integers), found));
        found.CopyTo(largest);
    }

    private protected override void AccumulateCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<long> integers, TOp op) =>
        Spoil(integers, () => _inner.Accumulate(Inner(x), Inner(integers), op));

    private protected override void ResolveCore<TOp>(DeviceBuffer<long> integers, DeviceBuffer<float> destination, TOp op) =>
        Spoil(destination, () => _inner.Resolve(Inner(integers), Inner(destination), op));

    private protected override void QuantizeCore<TBefore, TOp>(
        DeviceBuffer<float> source, DeviceBuffer<sbyte> codes, DeviceBuffer<float> scales, TBefore before, TOp op,
        long firstTile) =>
        Spoil(codes, () => _inner.Quantize(Inner(source), Inner(codes), Inner(scales), before, op, firstTile));

    private protected override void DrawIntegersCore<TOp>(
        DeviceBuffer<int> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile) =>
        Spoil(destination, () => _inner.Draw(Inner(source), Inner(destination), Inner(table), op, firstTile));

    private protected override void DrawFloatsCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile) =>
        Spoil(destination, () => _inner.Draw(Inner(source), Inner(destination), Inner(table), op, firstTile));

    private protected override void HadamardCore(
        DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint>? signs, bool signsFirst) =>
        Spoil(values, () => Launch(Inner(values), exponent, factor, signs is null ? null : Inner(signs), signsFirst));

    private protected override void PackCore(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits) =>
        Spoil(codes, () => _inner.Pack(Inner(words), Inner(codes), bits));

    private protected override void UnpackCore(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits) =>
        Spoil(words, () => _inner.Unpack(Inner(codes), Inner(words), bits));

    private protected override void FindLevelsCore(
        DeviceBuffer<float> values, DeviceBuffer<float> boundaries, DeviceBuffer<uint> codes) =>
        Spoil(codes, () => _inner.FindLevels(Inner(values), Inner(boundaries), Inner(codes)));

    private protected override void TakeLevelsCore(
        DeviceBuffer<uint> codes, DeviceBuffer<float> magnitudes, DeviceBuffer<float> destination) =>
        Spoil(destination, () => _inner.TakeLevels(Inner(codes), Inner(magnitudes), Inner(destination)));

    private void Launch(DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint>? signs, bool signsFirst)
    {
        if (signs is null)
        {
            _inner.Hadamard(values, exponent, factor);
        }
        else if (signsFirst)
        {
            _inner.Rotate(values, exponent, factor, signs);
        }
        else
        {
            _inner.RotateBack(values, exponent, factor, signs);
        }
    }
}
