// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private const int Tile = SampleDriver.Tile;

    private IlgpuBuffer<float>? _values, _magnitudes, _inverses;

    /// <summary>Elements that are looked at and then encoded, a multiple of 512; tests lower it.</summary>
    /// <remarks>16 MB of float32: the second look finds them in the L2 cache, and three launches are short beside them.</remarks>
    internal long ElementsPerPass { get; set; } = 1 << 22;

    private protected override void QuantizeCore<TBefore, TOp>(
        DeviceBuffer<float> source, DeviceBuffer<sbyte> codes, DeviceBuffer<float> scales, TBefore before, TOp op,
        long firstTile) =>
        Guarded((Source: Own(source), Codes: Own(codes), Scales: Own(scales), before, op, firstTile), static (device, s) =>
        {
            long n = s.Source.Length, pass = Math.Min(device.ElementsPerPass, (n + 511) / 512 * 512);
            device.Scratch(ref device._magnitudes, pass / 16);
            device.Scratch(ref device._inverses, pass / Tile);
            for (long begin = 0; begin < n; begin += pass)
            {
                long count = Math.Min(pass, n - begin), tile = s.firstTile + (begin / Tile);
                (IlgpuBuffer<float> values, long start) = (s.Source, s.Source.Start + begin);
                if (typeof(TBefore) == typeof(SourceOnly))
                {
                    device.FindMagnitudes(values, start, count);
                }
                else
                {
                    IlgpuBuffer<float> moved = device.Scratch(ref device._values, pass);
                    device.RunSample<LargestOfBlock, TBefore>(
                        s.Source, start, moved, 0, device._magnitudes!, count, tile, s.before);
                    (values, start) = (moved, 0);
                }

                device.Encode(values, start, s.Codes, s.Scales, begin, count, tile, s.op);
            }
        });

    private void FindMagnitudes(IlgpuBuffer<float> values, long start, long count)
    {
        long whole = start % 4 == 0 ? count / Tile * 16 : 0, all = (count + Tile - 1) / Tile * 16;
        if (whole > 0)
        {
            var look = _compiler.Load<QuantizeDriver.LargestLauncher<Float4>>(QuantizeDriver.LargestQuads);
            look(Stream, Grid(whole), values.Whole<Float4>(), _magnitudes!.Whole<float>(), start / 4, count, 0, whole);
        }

        if (whole < all)
        {
            var look = _compiler.Load<QuantizeDriver.LargestLauncher<float>>(QuantizeDriver.LargestSingles);
            look(Stream, Grid(all - whole), values.Whole<float>(), _magnitudes!.Whole<float>(), start, count, whole, all);
        }
    }

    private void Encode<TOp>(
        IlgpuBuffer<float> values, long start, IlgpuBuffer<sbyte> codes, IlgpuBuffer<float> scales,
        long begin, long count, long tile, TOp op)
        where TOp : unmanaged, IQuantize
    {
        long tiles = (count + Tile - 1) / Tile, blocks = (tiles + 1) / 2 * 16, codesStart = codes.Start + begin;
        var scale = _compiler.Load<QuantizeDriver.ScaleLauncher<TOp>>(QuantizeDriver.Scales<TOp>);
        scale(
            Stream, Grid(tiles), _magnitudes!.Whole<float>(), scales.Whole<float>(), _inverses!.Whole<float>(),
            scales.Start + (begin / Tile), tiles, op);
        long whole = ((start | codesStart) & 3) == 0 ? count / (2 * Tile) * 16 : 0;
        if (whole > 0)
        {
            var encode = _compiler.Load<QuantizeDriver.EncodeLauncher<Float4, uint, TOp>>(QuantizeDriver.EncodeQuads<TOp>);
            encode(
                Stream, Grid(whole / 4), values.Whole<Float4>(), _inverses.Whole<float>(), codes.Whole<uint>(),
                start / 4, codesStart / 4, count, 8 * tile, 0, whole / 4, op);
        }

        if (whole < blocks)
        {
            var encode = _compiler.Load<QuantizeDriver.EncodeLauncher<float, sbyte, TOp>>(QuantizeDriver.EncodeBlocks<TOp>);
            encode(
                Stream, Grid(blocks - whole), values.Whole<float>(), _inverses.Whole<float>(), codes.Whole<sbyte>(),
                start, codesStart, count, 8 * tile, whole, blocks, op);
        }
    }
}
