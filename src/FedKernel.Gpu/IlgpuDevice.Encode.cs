// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private IlgpuBuffer<ushort>? _codes;
    private IlgpuBuffer<double>? _norms;

    private protected override void EncodeCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<byte> codes, DeviceBuffer<float> scales, TOp op, int blockSize, long firstTile) =>
        Guarded((Source: Own(source), Codes: Own(codes), Scales: Own(scales), op, blockSize, firstTile), static (device, s) =>
        {
            long n = s.Source.Length, pass = device.CodePass(n);
            for (long begin = 0; begin < n; begin += pass)
            {
                device.EncodePass(
                    s.Source, s.Source.Start + begin, s.Codes, s.Scales, begin, Math.Min(pass, n - begin), s.op, s.blockSize,
                    s.firstTile + (begin / Tile));
            }
        });

    private protected override void EncodeWithFeedbackCore<TOp, TDecode>(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, DeviceBuffer<byte> codes, DeviceBuffer<float> scales,
        TOp op, TDecode decode, int blockSize, long firstTile) =>
        Guarded(
            (Source: Own(source), Memory: Own(memory), Codes: Own(codes), Scales: Own(scales), op, decode, blockSize, firstTile),
            static (device, s) =>
            {
                long n = s.Source.Length, pass = device.CodePass(n);
                for (long begin = 0; begin < n; begin += pass)
                {
                    long count = Math.Min(pass, n - begin);
                    IlgpuBuffer<float> p = device.Scratch(ref device._values, pass);
                    var add = device._compiler.Load<EncodeDriver.SumLauncher>(EncodeDriver.Sum);
                    add(
                        device.Stream, device.Grid(count), s.Source.Whole<float>(), s.Memory.Whole<float>(), p.Whole<float>(),
                        s.Source.Start + begin, s.Memory.Start + begin, count);
                    device.EncodePass(p, 0, s.Codes, s.Scales, begin, count, s.op, s.blockSize, s.firstTile + (begin / Tile));
                    var rest = device._compiler.Load<EncodeDriver.RestLauncher<TDecode>>(EncodeDriver.Rest<TDecode>);
                    rest(
                        device.Stream, device.Grid(count), p.Whole<float>(), device._codes!.Whole<ushort>(), s.Scales.Whole<float>(),
                        s.Memory.Whole<float>(), s.Scales.Start + (begin / s.blockSize), s.Memory.Start + begin,
                        TOp.Norm == BlockNorm.None ? 0 : s.blockSize, count, s.decode);
                }
            });

    private protected override void DecodeCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> destination, TOp op, int blockSize) =>
        RunDecode(codes, scales, destination, 0, op, blockSize, DecodeDriver.Decode<TOp>);

    private protected override void DecodeAddCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> sums, float weight, TOp op, int blockSize) =>
        RunDecode(codes, scales, sums, weight, op, blockSize, DecodeDriver.DecodeAdd<TOp>);

    private protected override void DecodeAccumulateCore<TOp, TSum>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<long> integers, TOp op, TSum sum, int blockSize) =>
        Guarded((Codes: Own(codes), Scales: Own(scales), Integers: Own(integers), op, sum, blockSize), static (device, s) =>
        {
            long n = s.Integers.Length;
            if (n > 0)
            {
                var start = device._compiler.Load<DecodeDriver.AccumulateLauncher<TOp, TSum>>(DecodeDriver.DecodeAccumulate<TOp, TSum>);
                start(
                    device.Stream, device.Grid(n), s.Codes.Whole<byte>(), s.Scales.Whole<float>(), s.Integers.Whole<long>(),
                    s.Codes.Start, s.Scales.Start, s.Integers.Start, s.Scales.Length == 0 ? 0 : s.blockSize, n, s.op, s.sum);
            }
        });

    private void RunDecode<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> floats, float weight, TOp op, int blockSize,
        Delegate driver)
        where TOp : unmanaged, IDecode =>
        Guarded((Codes: Own(codes), Scales: Own(scales), Floats: Own(floats), weight, op, blockSize, driver), static (device, s) =>
        {
            long n = s.Floats.Length;
            if (n > 0)
            {
                var start = device._compiler.Load<DecodeDriver.Launcher<TOp>>(s.driver);
                start(
                    device.Stream, device.Grid(n), s.Codes.Whole<byte>(), s.Scales.Whole<float>(), s.Floats.Whole<float>(),
                    s.Codes.Start, s.Scales.Start, s.Floats.Start, s.Scales.Length == 0 ? 0 : s.blockSize, s.weight, n, s.op);
            }
        });

    /// <summary>Elements of a pass: whole groups of the largest block.</summary>
    private long CodePass(long n)
    {
        long pass = Math.Min(ElementsPerPass, n);
        return (pass + 4095) / 4096 * 4096;
    }

    /// <param name="values">What is encoded.</param>
    /// <param name="start">Where in their memory.</param>
    /// <param name="codes">All codes.</param>
    /// <param name="scales">All scales.</param>
    /// <param name="begin">The element of the vector that is first here.</param>
    /// <param name="count">Elements.</param>
    /// <param name="op">Kernel.</param>
    /// <param name="size">Elements of a block.</param>
    /// <param name="tile">Tile of the stream.</param>
    private void EncodePass<TOp>(
        IlgpuBuffer<float> values, long start, IlgpuBuffer<byte> codes, IlgpuBuffer<float> scales,
        long begin, long count, TOp op, int size, long tile)
        where TOp : unmanaged, IEncode
    {
        long blocks = (count + size - 1) / size;
        int parts = TOp.Norm == BlockNorm.Maximum ? 16 : 1;
        IlgpuBuffer<ushort> unpacked = Scratch(ref _codes, CodePass(count));
        IlgpuBuffer<float> inverses = Scratch(ref _inverses, blocks);
        if (TOp.Norm != BlockNorm.None)
        {
            IlgpuBuffer<double> norms = Scratch(ref _norms, blocks * parts);
            EncodeDriver.NormLauncher look = TOp.Norm switch
            {
                BlockNorm.Maximum => _compiler.Load<EncodeDriver.NormLauncher>(EncodeDriver.Largest),
                BlockNorm.Euclidean => _compiler.Load<EncodeDriver.NormLauncher>(EncodeDriver.Squares),
                _ => _compiler.Load<EncodeDriver.NormLauncher>(EncodeDriver.Magnitudes),
            };
            look(
                Stream, Grid(blocks * parts), values.Whole<float>(), norms.Whole<double>(), start, count, size, blocks * parts);
            var scale = _compiler.Load<EncodeDriver.ScaleLauncher<TOp>>(EncodeDriver.Scales<TOp>);
            scale(
                Stream, Grid(blocks), norms.Whole<double>(), scales.Whole<float>(), inverses.Whole<float>(),
                scales.Start + (begin / size), count, size, parts, blocks, op);
        }

        long steps = TOp.IsRandom ? (count + 511) / 512 * 16 : count;
        var encode = TOp.IsRandom
            ? _compiler.Load<EncodeDriver.EncodeLauncher<TOp>>(EncodeDriver.EncodeRandom<TOp>)
            : _compiler.Load<EncodeDriver.EncodeLauncher<TOp>>(EncodeDriver.Encode<TOp>);
        encode(
            Stream, Grid(steps), values.Whole<float>(), inverses.Whole<float>(), unpacked.Whole<ushort>(),
            start, count, size, 8 * tile, steps, op);
        var pack = _compiler.Load<PackDriver.Launcher<ushort>>(PackDriver.PackHalves);
        pack(
            Stream, Grid((count + 7) / 8), unpacked.Whole<ushort>(), codes.Whole<byte>(),
            0, codes.Start + (begin / 8 * TOp.Bits), TOp.Bits, count);
    }
}
