// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>Codes of 1 to 8, or of 16, bits with a scale for each block: x[i] ≈ value(code i) · scales[⌊i / blockSize⌋].</summary>
    /// <remarks>
    /// A block whose norm is below 2⁻¹⁰⁰ has scale 0, one that holds NaN or infinity, or whose norm float32 cannot hold, has scale
    /// +∞: whoever reads the scales must refuse that. Both have the codes of 0. A kernel without a norm has no scales: there
    /// the caller looks for what is not finite.
    /// </remarks>
    /// <param name="source">d elements, at most 2³⁶ − 256·firstTile; left as they are.</param>
    /// <param name="codes">⌈d · bits / 8⌉ bytes; every one is written.</param>
    /// <param name="scales">⌈d / blockSize⌉ elements; none without a norm.</param>
    /// <param name="op">Kernel, with the stream that rounds if it is random.</param>
    /// <param name="blockSize">Elements that share a scale: a power of two, 32 to 4096.</param>
    /// <param name="firstTile">The stream's tile of 256 elements that element 0 meets, even, at most 2²⁸ − 2.</param>
    public void Encode<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<byte> codes, DeviceBuffer<float> scales, TOp op, int blockSize, long firstTile = 0)
        where TOp : unmanaged, IEncode
    {
        CheckCodes(source, nameof(source), codes, scales, TOp.Bits, blockSize);
        CheckScales(scales, TOp.Norm == BlockNorm.None, source.Length, blockSize);
        CheckTile(source.Length, firstTile);
        EncodeCore(source, codes, scales, op, blockSize, firstTile);
    }

    /// <summary>Error feedback in one pass: encodes p = source + memory, and memory becomes p − decoded(p).</summary>
    /// <remarks>As <see cref="Encode"/>; the memory of a block with scale +∞ stays as it was.</remarks>
    /// <param name="source">d elements, left as they are.</param>
    /// <param name="memory">d elements, the error so far.</param>
    /// <param name="codes">⌈d · bits / 8⌉ bytes.</param>
    /// <param name="scales">⌈d / blockSize⌉ elements; none without a norm.</param>
    /// <param name="op">Kernel that encodes.</param>
    /// <param name="decode">Kernel that decodes what <paramref name="op"/> encodes.</param>
    /// <param name="blockSize">Elements that share a scale: a power of two, 32 to 4096.</param>
    /// <param name="firstTile">The stream's tile of 256 elements that element 0 meets, even, at most 2²⁸ − 2.</param>
    public void EncodeWithFeedback<TOp, TDecode>(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, DeviceBuffer<byte> codes, DeviceBuffer<float> scales,
        TOp op, TDecode decode, int blockSize, long firstTile = 0)
        where TOp : unmanaged, IEncode
        where TDecode : unmanaged, IDecode
    {
        CheckCodes(source, nameof(source), codes, scales, TOp.Bits, blockSize);
        CheckCodes(memory, nameof(memory), codes, scales, TDecode.Bits, blockSize);
        CheckScales(scales, TOp.Norm == BlockNorm.None, source.Length, blockSize);
        Throw.IfLengthsDiffer(source.Length, memory.Length, nameof(source), nameof(memory));
        RefuseAnyOverlap(source, memory, nameof(source));
        CheckTile(source.Length, firstTile);
        EncodeWithFeedbackCore(source, memory, codes, scales, op, decode, blockSize, firstTile);
    }

    /// <summary>destination[i] = x[i] = value(code i) · scales[⌊i / blockSize⌋]</summary>
    /// <param name="codes">⌈d · bits / 8⌉ bytes.</param>
    /// <param name="scales">⌈d / blockSize⌉ elements; none where a value is its own.</param>
    /// <param name="destination">d elements.</param>
    /// <param name="op">Kernel.</param>
    /// <param name="blockSize">Elements that share a scale: a power of two, 32 to 4096.</param>
    public void Decode<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> destination, TOp op, int blockSize)
        where TOp : unmanaged, IDecode
    {
        CheckCodes(destination, nameof(destination), codes, scales, TOp.Bits, blockSize);
        CheckScales(scales, scales.Length == 0, destination.Length, blockSize);
        DecodeCore(codes, scales, destination, op, blockSize);
    }

    /// <summary>sums[i] = sums[i] + x[i] · weight, each product and sum rounded to float32.</summary>
    /// <param name="codes">⌈d · bits / 8⌉ bytes.</param>
    /// <param name="scales">⌈d / blockSize⌉ elements; none where a value is its own.</param>
    /// <param name="sums">d elements.</param>
    /// <param name="weight">Of these values.</param>
    /// <param name="op">Kernel.</param>
    /// <param name="blockSize">Elements that share a scale: a power of two, 32 to 4096.</param>
    public void DecodeAdd<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> sums, float weight, TOp op, int blockSize)
        where TOp : unmanaged, IDecode
    {
        CheckCodes(sums, nameof(sums), codes, scales, TOp.Bits, blockSize);
        CheckScales(scales, scales.Length == 0, sums.Length, blockSize);
        DecodeAddCore(codes, scales, sums, weight, op, blockSize);
    }

    /// <summary>integers[i] += sum(x[i]): the bits that <see cref="Accumulate"/> gives for what <see cref="Decode"/> writes.</summary>
    /// <param name="codes">⌈d · bits / 8⌉ bytes.</param>
    /// <param name="scales">⌈d / blockSize⌉ elements; none where a value is its own.</param>
    /// <param name="integers">d elements.</param>
    /// <param name="op">Kernel that decodes.</param>
    /// <param name="sum">Kernel that accumulates.</param>
    /// <param name="blockSize">Elements that share a scale: a power of two, 32 to 4096.</param>
    public void DecodeAccumulate<TOp, TSum>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<long> integers, TOp op, TSum sum, int blockSize)
        where TOp : unmanaged, IDecode
        where TSum : unmanaged, IAccumulate
    {
        CheckCodes(integers, nameof(integers), codes, scales, TOp.Bits, blockSize);
        CheckScales(scales, scales.Length == 0, integers.Length, blockSize);
        DecodeAccumulateCore(codes, scales, integers, op, sum, blockSize);
    }

    private protected abstract void EncodeCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<byte> codes, DeviceBuffer<float> scales, TOp op, int blockSize, long firstTile)
        where TOp : unmanaged, IEncode;

    private protected abstract void EncodeWithFeedbackCore<TOp, TDecode>(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, DeviceBuffer<byte> codes, DeviceBuffer<float> scales,
        TOp op, TDecode decode, int blockSize, long firstTile)
        where TOp : unmanaged, IEncode
        where TDecode : unmanaged, IDecode;

    private protected abstract void DecodeCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> destination, TOp op, int blockSize)
        where TOp : unmanaged, IDecode;

    private protected abstract void DecodeAddCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> sums, float weight, TOp op, int blockSize)
        where TOp : unmanaged, IDecode;

    private protected abstract void DecodeAccumulateCore<TOp, TSum>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<long> integers, TOp op, TSum sum, int blockSize)
        where TOp : unmanaged, IDecode
        where TSum : unmanaged, IAccumulate;

    private static void CheckTile(long length, long firstTile)
    {
        Throw.IfNotInRange(firstTile, 0, (1L << 28) - 2);
        if (firstTile % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(firstTile), firstTile, "must be even: two tiles share a word.");
        }

        Throw.IfNotInRange(length, 0, (1L << 36) - (256 * firstTile), "source");
    }

    private static void CheckScales(DeviceBuffer<float> scales, bool hasNone, long length, int blockSize) =>
        Throw.IfLengthsDiffer(hasNone ? 0 : (length + blockSize - 1) / blockSize, scales.Length, "blocks", nameof(scales));

    private void CheckCodes<T>(
        DeviceBuffer<T> values, string name, DeviceBuffer<byte> codes, DeviceBuffer<float> scales, int bits, int blockSize)
        where T : unmanaged
    {
        Check(values, name);
        Check(codes);
        Check(scales);
        Throw.IfNotInRange(blockSize, 32, 4096);
        if (!int.IsPow2(blockSize))
        {
            throw new ArgumentOutOfRangeException(nameof(blockSize), blockSize, "must be a power of two in [32, 4096].");
        }

        Throw.IfLengthsDiffer(PackedBytes(values.Length, bits), codes.Length, "bytes of packed codes", nameof(codes));
        RefuseAnyOverlap(values, codes, name);
        RefuseAnyOverlap(values, scales, name);
        RefuseAnyOverlap(codes, scales, nameof(codes));
    }
}
