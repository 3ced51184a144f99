// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>Values as they are: each is its own scale, and there are no codes.</summary>
public sealed class Float32Quantizer : Quantizer
{
    /// <inheritdoc/>
    public override QuantizerKind Kind => QuantizerKind.Float32;

    /// <inheritdoc/>
    public override string Name => "float32";

    /// <inheritdoc/>
    public override long CodeBytes(long length) => 0;

    /// <inheritdoc/>
    public override long ScaleCount(long length) => length;

    /// <inheritdoc/>
    public override StageTraits Describe(long length) => StageTraits.Lossless;

    /// <inheritdoc/>
    public override void Encode(DeviceBuffer<float> source, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        FiniteValues.Require(source);
        source.Device.Map(source, destination.Scales, default(Copy));
    }

    /// <inheritdoc/>
    public override void EncodeWithFeedback(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, EncodedValues destination, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(destination);
        source.Device.Map(source, memory, destination.Scales, new Axpy(1));
        FiniteValues.Require(destination.Scales);
        memory.Device.Generate(memory, new Fill(0));
    }

    /// <inheritdoc/>
    public override void Check(long length, ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales)
    {
        for (int i = 0; i < scales.Length; i++)
        {
            if (!float.IsFinite(scales[i]))
            {
                throw new DataFormatException($"Value {i} is {scales[i]}; every value must be finite.");
            }
        }
    }

    /// <inheritdoc/>
    public override void Decode(EncodedValues source, DeviceBuffer<float> destination, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Device.Map(source.Scales, destination, default(Copy));
    }

    /// <inheritdoc/>
    public override void AddTo(EncodedValues source, DeviceBuffer<float> sums, float weight, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sums);
        sums.Device.Map(source.Scales, sums, sums, new Axpy(weight));
    }

    /// <inheritdoc/>
    public override void AccumulateTo<TOp>(EncodedValues source, DeviceBuffer<long> integers, TOp op, SharedSeed? seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(integers);
        integers.Device.Accumulate(source.Scales, integers, op);
    }

    internal override long WindowUnit => 1;
}
