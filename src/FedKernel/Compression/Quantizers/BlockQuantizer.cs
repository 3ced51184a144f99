// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>Quantizers whose codes a device makes block by block: a member names its kernels, its codes and its promises.</summary>
/// <remarks>
/// What is not finite: with scales, encoding shows it in them, a look at 1/blockSize of the elements. Without, and with feedback,
/// where the memory must stay as it was, the values are examined before: one more pass that reads 4 bytes an element, or 8.
/// A block whose norm is below 2⁻¹⁰⁰ counts as zero; variance bounds leave that aside.
/// </remarks>
/// <typeparam name="TDecode">The kernel that decodes.</typeparam>
/// <param name="blockSize">Elements that share a scale: a power of two, 32 to 4096; any of these without scales.</param>
internal abstract class BlockQuantizer<TDecode>(int blockSize) : Quantizer
    where TDecode : unmanaged, IDecode
{
    // Bytes that hold a code that is never written, found when the first codes are checked.
    private SearchValues<byte>? _refused;

    /// <summary>Elements that share a scale.</summary>
    public int BlockSize { get; } = blockSize;

    /// <inheritdoc/>
    public override long CodeBytes(long length) => Device.PackedBytes(length, TDecode.Bits);

    /// <inheritdoc/>
    public override long ScaleCount(long length) => HasScales ? (length + BlockSize - 1) / BlockSize : 0;

    /// <inheritdoc/>
    public override void Encode(DeviceBuffer<float> source, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(context);
        if (!HasScales)
        {
            FiniteValues.Require(source);
        }

        Launch(new EncodeJob<TDecode>(source, null, destination, Decoder, BlockSize), context);
        if (double.IsInfinity(destination.Scales.Device.Reduce(destination.Scales, default(FiniteMaxAbs))))
        {
            FiniteValues.Require(source);
            throw new ProtocolException($"The norm of a block of {BlockSize} values is beyond float32.");
        }
    }

    /// <inheritdoc/>
    public override void EncodeWithFeedback(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(context);
        FiniteValues.RequireSum(source, memory, LargestValue);
        Launch(new EncodeJob<TDecode>(source, memory, destination, Decoder, BlockSize), context);
    }

    /// <inheritdoc/>
    public override void Check(long length, ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales)
    {
        Throw.IfLengthsDiffer(CodeBytes(length), codes.Length, "bytes of codes", nameof(codes));
        Throw.IfLengthsDiffer(ScaleCount(length), scales.Length, "scales", nameof(scales));
        CodeChecks.Scales(scales, LargestScale);
        _refused ??= CodeChecks.RefusedBytes(TDecode.Bits, IsCode);
        CodeChecks.Codes(length, codes, TDecode.Bits, _refused, IsCode);
        for (int b = 0; b < scales.Length; b++)
        {
            if (scales[b] == 0)
            {
                CodeChecks.Zeros(length, codes, TDecode.Bits, (long)b * BlockSize, BlockSize, ZeroCode);
            }
        }
    }

    /// <inheritdoc/>
    public override void Decode(EncodedValues source, DeviceBuffer<float> destination, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Device.Decode(source.Codes, source.Scales, destination, Decoder, BlockSize);
    }

    /// <inheritdoc/>
    public override void AddTo(EncodedValues source, DeviceBuffer<float> sums, float weight, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sums);
        sums.Device.DecodeAdd(source.Codes, source.Scales, sums, weight, Decoder, BlockSize);
    }

    /// <inheritdoc/>
    public override void AccumulateTo<TOp>(EncodedValues source, DeviceBuffer<long> integers, TOp op, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(integers);
        integers.Device.DecodeAccumulate(source.Codes, source.Scales, integers, Decoder, op, BlockSize);
    }

    internal override int SymbolBits => TDecode.Bits <= 8 ? TDecode.Bits : 0;

    internal override long WindowUnit => BlockSize;

    /// <summary>False if each value is its own scale.</summary>
    private protected virtual bool HasScales => true;

    /// <summary>The kernel that decodes.</summary>
    private protected virtual TDecode Decoder => default;

    /// <summary>The largest |x| that can be encoded.</summary>
    private protected virtual float LargestValue => float.MaxValue;

    /// <summary>The largest scale that is ever written.</summary>
    private protected virtual float LargestScale => float.MaxValue;

    /// <summary>The code of 0, which all codes of a block with scale 0 are.</summary>
    private protected virtual uint ZeroCode => 0;

    /// <summary>False for a code that is never written.</summary>
    private protected virtual bool IsCode(uint code) => true;

    /// <summary>Runs the job with the kernel that encodes.</summary>
    private protected abstract void Launch(EncodeJob<TDecode> job, EncodingContext context);
}
