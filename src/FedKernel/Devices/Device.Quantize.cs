// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>Codes of one byte with a scale for each 256 elements: x[i] ≈ codes[i] · scales[⌊i / 256⌋].</summary>
    /// <remarks>
    /// The scale of a block is max |x| / <see cref="IQuantize.MaximumCode"/>. A block that is all zero has scale 0 and codes 0; a
    /// block that holds NaN or infinity has scale +∞ and codes 0, which whoever reads the scales must refuse.
    /// </remarks>
    /// <param name="source">d elements.</param>
    /// <param name="codes">d elements.</param>
    /// <param name="scales">⌈d / 256⌉ elements.</param>
    /// <param name="op">Kernel with the stream that rounds.</param>
    /// <param name="firstTile">The stream's tile of 256 elements that element 0 meets, even, at most 2²⁸ − 2.</param>
    public void Quantize<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<sbyte> codes, DeviceBuffer<float> scales, TOp op, long firstTile)
        where TOp : unmanaged, IQuantize => Quantize(source, codes, scales, default(SourceOnly), op, firstTile);

    /// <summary>The same after another kernel, in one pass: x[i] = before(source[i], sample i), clipping and noise say.</summary>
    /// <param name="source">d elements, left as they are.</param>
    /// <param name="codes">d elements.</param>
    /// <param name="scales">⌈d / 256⌉ elements.</param>
    /// <param name="before">Kernel with a stream of its own: never the one that rounds.</param>
    /// <param name="op">Kernel with the stream that rounds.</param>
    /// <param name="firstTile">The tile of 256 elements of both streams that element 0 meets, even, at most 2²⁸ − 2.</param>
    /// <inheritdoc cref="Quantize{TOp}" path="/remarks"/>
    public void Quantize<TBefore, TOp>(
        DeviceBuffer<float> source, DeviceBuffer<sbyte> codes, DeviceBuffer<float> scales, TBefore before, TOp op,
        long firstTile)
        where TBefore : unmanaged, ISample
        where TOp : unmanaged, IQuantize
    {
        Check(source);
        Check(codes);
        Check(scales);
        Throw.IfNotInRange(firstTile, 0, (1L << 28) - 2);
        if (firstTile % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(firstTile), firstTile, "must be even: two tiles share a word.");
        }

        Throw.IfNotInRange(source.Length, 0, (1L << 36) - (256 * firstTile));
        Throw.IfLengthsDiffer(source.Length, codes.Length, nameof(source), nameof(codes));
        Throw.IfLengthsDiffer((source.Length + 255) / 256, scales.Length, "blocks of 256", nameof(scales));
        RefuseAnyOverlap(source, codes, nameof(source));
        RefuseAnyOverlap(source, scales, nameof(source));
        RefuseAnyOverlap(codes, scales, nameof(codes));
        QuantizeCore(source, codes, scales, before, op, firstTile);
    }

    private protected abstract void QuantizeCore<TBefore, TOp>(
        DeviceBuffer<float> source, DeviceBuffer<sbyte> codes, DeviceBuffer<float> scales, TBefore before, TOp op,
        long firstTile)
        where TBefore : unmanaged, ISample
        where TOp : unmanaged, IQuantize;
}
