// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>Block-wise codes on one core: encoding, and decoding into float sums and into exact ones.</summary>
internal static class CodeCases
{
    public const string Int8Encode = "int8_encode_256";
    public const string Int8Add = "int8_decode_add_256";
    public const string Int8Exact = "int8_decode_exact_256";
    public const string NormalFloat4Encode = "nf4_encode_64";

    private const float Weight = 0.25f;
    private const double Grid = 1 << 20;

    /// <summary>Every case, in the order of the table.</summary>
    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } =
    [
        (Int8Encode, data => CreateEncode(
            data, Int8Encode, default(RoundToCode<EightBits>), 256, 1500, 127, x => ReferenceCodes.Integer(x, 8))),
        (Int8Add, CreateAdd),
        (Int8Exact, CreateExact),
        (NormalFloat4Encode, data => CreateEncode(
            data, NormalFloat4Encode, default(NearestInBook<NormalFloat4Book>), 64, 800, 1, ReferenceCodes.NormalFloat4Code)),
    ];

    private static BenchCase CreateEncode<TOp>(
        BenchData data, string name, TOp op, int blockSize, double bar, double divisor, Func<float, uint> code)
        where TOp : unmanaged, IEncode
    {
        Device device = data.CoreOrDevice;
        DeviceRows<float> source = data.CreateTarget<float>(device: device);
        DeviceRows<float> scales = data.CreateTarget<float>(data.Length / blockSize, device);
        DeviceRows<byte> codes = data.CreateTarget<byte>(Device.PackedBytes(data.Length, TOp.Bits), device);
        source.Fill(0, data.Tile(0));
        uint[] expected = Codes(data, blockSize, divisor, code, out _);
        int each = 8 / TOp.Bits;
        var check = new VectorCheck<byte>(
            codes.Buffer, data.Period / each, 0x77, (v, i, _) =>
                v == (each == 1 ? expected[i] : expected[2 * i] | (expected[(2 * i) + 1] << 4)));
        double bytes = 4 + (TOp.Bits / 8.0) + (4.0 / blockSize);
        return Case(
            data, name, $"codes of {TOp.Bits} bits, block {blockSize}", bytes, [new LimitPart(Traffic.Rows, bytes)], bar,
            new DelegateCase(
                name, () => device.Encode(source.Buffer, codes.Buffer, scales.Buffer, op, blockSize), check.Spoil, check.Check)
            { OnFinish = device.Synchronize });
    }

    private static BenchCase CreateAdd(BenchData data)
    {
        (Device device, DeviceRows<byte> codes, DeviceRows<float> scales, float[] decoded) = Encoded(data);
        DeviceRows<float> sums = data.CreateTarget<float>(device: device);
        var check = new VectorCheck<float>(sums.Buffer, data.Period, float.NaN, (v, i, _) => v == decoded[i] * Weight);
        return Case(
            data, Int8Add, "int8 decoded and added, block 256", 9 + (4.0 / 256),
            [new LimitPart(Traffic.Rows, 1), new LimitPart(Traffic.InPlace, 8)], 2500,
            new DelegateCase(
                Int8Add,
                () => device.DecodeAdd(codes.Buffer, scales.Buffer, sums.Buffer, Weight, default(IntegerValue<EightBits>), 256),
                () => device.Generate(sums.Buffer, new Fill(0)),
                check.Check)
            { Repeatable = false, OnFinish = device.Synchronize });
    }

    private static BenchCase CreateExact(BenchData data)
    {
        (Device device, DeviceRows<byte> codes, DeviceRows<float> scales, float[] decoded) = Encoded(data);
        DeviceRows<long> integers = data.CreateTarget<long>(device: device);
        var op = new FixedPointAccumulate(Grid);

        // Spoilt with 0, so a place holds as many terms as launches came after.
        var check = new VectorCheck<long>(integers.Buffer, data.Period, 0, (v, i, _) =>
        {
            long term = ReferenceRounding.Accumulate(decoded[i], Grid);
            return term == 0 ? v == 0 : v % term == 0 && v / term > 0;
        });
        return Case(
            data, Int8Exact, "int8 decoded and accumulated exactly, block 256", 17 + (4.0 / 256),
            [new LimitPart(Traffic.Rows, 1), new LimitPart(Traffic.InPlace, 16)], null,
            new DelegateCase(
                Int8Exact,
                () => device.DecodeAccumulate(codes.Buffer, scales.Buffer, integers.Buffer, default(IntegerValue<EightBits>), op, 256),
                check.Spoil,
                check.Check)
            { OnFinish = device.Synchronize });
    }

    private static (Device Device, DeviceRows<byte> Codes, DeviceRows<float> Scales, float[] Decoded) Encoded(BenchData data)
    {
        Device device = data.CoreOrDevice;
        uint[] tile = Codes(data, 256, 127, x => ReferenceCodes.Integer(x, 8), out float[] tileScales);
        DeviceRows<byte> codes = data.CreateTarget<byte>(device: device);
        DeviceRows<float> scales = data.CreateTarget<float>(data.Length / 256, device);
        codes.Fill(0, Array.ConvertAll(tile, c => (byte)c));
        scales.Fill(0, tileScales);
        float[] decoded = [.. tile.Select((c, i) => ReferenceCodes.IntegerValue(c, 8) * tileScales[i / 256])];
        return (device, codes, scales, decoded);
    }

    /// <summary>Codes of the tile, plainly.</summary>
    private static uint[] Codes(BenchData data, int blockSize, double divisor, Func<float, uint> code, out float[] scales)
    {
        float[] found = [.. data.Tile(0).ToArray().Chunk(blockSize).Select(b => (float)(b.Max(Math.Abs) / divisor))];
        scales = found;
        return [.. data.Tile(0).ToArray().Select((x, i) => code(x * (float)(1.0 / found[i / blockSize])))];
    }

    private static BenchCase Case(
        BenchData data, string name, string title, double bytes, IReadOnlyList<LimitPart> limit, double? bar, DelegateCase work) =>
        new(
            new CaseDescription(name, title + (data.Width is null ? "" : ", one core"))
            {
                Elements = data.Length,
                BytesPerElement = bytes,
                Limit = limit,
                PerCore = data.Width is not null,
                Bars = bar is { } reach && data.Width == SimdWidth.Bits512 ? [new Bar("melements_per_s", reach)] : [],
            },
            work,
            []);
}
