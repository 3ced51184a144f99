// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Compression.Quantizers;

/// <summary>Quantizers with one scale for all of a vector: one more pass before the codes, which reads 4 bytes an element.</summary>
/// <typeparam name="TDecode">The kernel that decodes; it holds the scale, so that the verbs need none.</typeparam>
internal abstract class WholeQuantizer<TDecode> : Quantizer
    where TDecode : unmanaged, IDecode
{
    // What the verbs are told where no block has a scale; windows may begin at any multiple.
    private const int Block = 4096;

    private SearchValues<byte>? _refused;

    /// <inheritdoc/>
    public override long CodeBytes(long length) => Device.PackedBytes(length, TDecode.Bits);

    /// <inheritdoc/>
    public override long ScaleCount(long length) => Math.Min(length, 1);

    /// <inheritdoc/>
    public override void Encode(DeviceBuffer<float> source, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(context);
        FiniteValues.Require(source);
        EncodeFinite(source, destination, context);
    }

    /// <inheritdoc/>
    public override void EncodeWithFeedback(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(context);
        FiniteValues.RequireSum(source, memory, float.MaxValue);

        // The scale is known only when all of p is: not in one pass.
        source.Device.Map(source, memory, memory, new Axpy(1));
        EncodeFinite(memory, destination, context);
        AddTo(destination, memory, -1, null);
    }

    /// <inheritdoc/>
    public override void Check(long length, ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales)
    {
        Throw.IfLengthsDiffer(CodeBytes(length), codes.Length, "bytes of codes", nameof(codes));
        Throw.IfLengthsDiffer(ScaleCount(length), scales.Length, "scales", nameof(scales));
        CodeChecks.Scales(scales, float.MaxValue);
        _refused ??= CodeChecks.RefusedBytes(TDecode.Bits, IsCode);
        CodeChecks.Codes(length, codes, TDecode.Bits, _refused, IsCode);
        int at = codes.IndexOfAnyExcept((byte)0);
        if (length > 0 && scales[0] == 0 && at >= 0)
        {
            throw new DataFormatException($"Byte {at} of codes is 0x{codes[at]:x2}; with scale 0 it must be 0.");
        }
    }

    /// <inheritdoc/>
    public override void Decode(EncodedValues source, DeviceBuffer<float> destination, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Device.Decode(source.Codes, None(source), destination, Decoder(Scale(source)), Block);
    }

    /// <inheritdoc/>
    public override void AddTo(EncodedValues source, DeviceBuffer<float> sums, float weight, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sums);
        sums.Device.DecodeAdd(source.Codes, None(source), sums, weight, Decoder(Scale(source)), Block);
    }

    /// <inheritdoc/>
    public override void AccumulateTo<TOp>(EncodedValues source, DeviceBuffer<long> integers, TOp op, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(integers);
        integers.Device.DecodeAccumulate(source.Codes, None(source), integers, Decoder(Scale(source)), op, Block);
    }

    internal override int SymbolBits => TDecode.Bits;

    internal override long WindowUnit => Block;

    internal override EncodedValues Slice(EncodedValues source, long start, long length) => new(
        length, source.Codes.Slice(CodeBytes(start), CodeBytes(length)), source.Scales.Slice(0, source.Scales.Length));

    /// <summary>What the scale is, in float64; the source is finite and not empty.</summary>
    private protected abstract double Norm(DeviceBuffer<float> source);

    /// <summary>The kernel that decodes.</summary>
    private protected abstract TDecode Decoder(float scale);

    /// <summary>False for a code that is never written.</summary>
    private protected virtual bool IsCode(uint code) => true;

    /// <summary>Runs the job with the kernel that encodes.</summary>
    /// <param name="job">What to run.</param>
    /// <param name="inverse">1 / scale; 0 if the vector counts as zero.</param>
    /// <param name="context">Round and rounding bits.</param>
    private protected abstract void Launch(EncodeJob<TDecode> job, float inverse, EncodingContext context);

    private static DeviceBuffer<float> None(EncodedValues source) => source.Scales.Slice(0, 0);

    private static float Scale(EncodedValues source)
    {
        Span<float> scale = [0];
        source.Scales.CopyTo(scale[..(int)source.Scales.Length]);
        return scale[0];
    }

    private void EncodeFinite(DeviceBuffer<float> source, EncodedValues destination, EncodingContext context)
    {
        double norm = source.Length == 0 ? 0 : Norm(source);
        float scale = norm < BlockScale.Smallest ? 0 : (float)norm, inverse = scale == 0 ? 0 : (float)(1 / (double)scale);
        if (source.Length > 0)
        {
            destination.Scales.CopyFrom([scale]);
        }

        var codes = new EncodedValues(source.Length, destination.Codes, None(destination));
        Launch(new EncodeJob<TDecode>(source, null, codes, Decoder(scale), Block), inverse, context);
    }
}
