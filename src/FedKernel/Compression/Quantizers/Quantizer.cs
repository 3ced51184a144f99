// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>The contract of everything that turns d values into codes of few bits and some scales, and back.</summary>
/// <remarks>Immutable and without state. The same values, context and key give the same bytes on every device.</remarks>
public abstract class Quantizer
{
    /// <summary>Its number on the wire.</summary>
    public abstract QuantizerKind Kind { get; }

    /// <summary>Its canonical text with parameters, as in a pipeline: int8:256.</summary>
    public abstract string Name { get; }

    /// <summary>True if a client's <see cref="RoundingSource"/> is needed.</summary>
    public virtual bool IsRandom => false;

    /// <summary>True if <see cref="EncodingContext.Seed"/> is used, so that decoding needs it too.</summary>
    public virtual bool UsesSeed => false;

    /// <summary>Bytes of codes for d values.</summary>
    public abstract long CodeBytes(long length);

    /// <summary>Scales for d values.</summary>
    public abstract long ScaleCount(long length);

    /// <summary>What it promises for vectors of d values.</summary>
    public abstract StageTraits Describe(long length);

    /// <summary>Room for the codes of d values, all zero.</summary>
    public EncodedValues Allocate(Device device, long length)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new(length, device.Allocate<byte>(CodeBytes(length)), device.Allocate<float>(ScaleCount(length)));
    }

    /// <summary>Encodes.</summary>
    /// <param name="source">d values, left as they are.</param>
    /// <param name="destination">Room for d values; every code and scale is written.</param>
    /// <param name="context">Round, seed, rounding bits.</param>
    /// <exception cref="ProtocolException">A value is NaN or infinite: its index is named.</exception>
    public abstract void Encode(DeviceBuffer<float> source, EncodedValues destination, EncodingContext context);

    /// <summary>Error feedback in one pass: encodes p = source + memory and leaves memory = p − decoded(p).</summary>
    /// <param name="source">d values, left as they are.</param>
    /// <param name="memory">d values, the error so far; written.</param>
    /// <param name="destination">Room for d values.</param>
    /// <param name="context">Round, seed, rounding bits.</param>
    /// <exception cref="ProtocolException">A value is NaN or infinite; the memory is as it was.</exception>
    public abstract void EncodeWithFeedback(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, EncodedValues destination, EncodingContext context);

    /// <summary>Refuses what no encoder writes: scales that are negative or not finite, codes out of range, bits behind the end.</summary>
    /// <param name="length">Values that are said to be encoded.</param>
    /// <param name="codes">Exactly <see cref="CodeBytes"/> bytes.</param>
    /// <param name="scales">Exactly <see cref="ScaleCount"/> scales.</param>
    /// <exception cref="DataFormatException">Names the index and the allowed range.</exception>
    public abstract void Check(long length, ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales);

    /// <summary>destination[i] = x[i]</summary>
    /// <param name="source">Codes that <see cref="Check"/> let pass.</param>
    /// <param name="destination">d values.</param>
    /// <param name="seed">Where <see cref="UsesSeed"/>; else ignored.</param>
    public abstract void Decode(EncodedValues source, DeviceBuffer<float> destination, SharedSeed? seed);

    /// <summary>sums[i] = sums[i] + x[i] · weight, in float32.</summary>
    /// <inheritdoc cref="Decode"/>
    public abstract void AddTo(EncodedValues source, DeviceBuffer<float> sums, float weight, SharedSeed? seed);

    /// <summary>integers[i] += op(x[i])</summary>
    /// <inheritdoc cref="Decode"/>
    public abstract void AccumulateTo<TOp>(EncodedValues source, DeviceBuffer<long> integers, TOp op, SharedSeed? seed)
        where TOp : unmanaged, IAccumulate;

    /// <summary>max |x| and Σ x² of the decoded values; +∞ both if one is not finite.</summary>
    internal virtual (double Largest, double SquaredNorm) Measure(EncodedValues encoded, SharedSeed? seed) =>
        DecodedMeasure.ByWindows(this, encoded, seed);

    /// <summary>Bits of a code, 1 to 8, where codes lie bit-packed behind one another and symbol coding can shorten them; else 0.</summary>
    internal virtual int SymbolBits => 0;

    /// <summary>Codes for d values: d, or more where a rotation fills up.</summary>
    internal virtual long SymbolCount(long length) => length;

    /// <summary>
    /// Values that are coded by themselves, codes on whole bytes: any multiple of it is where a window may begin. 0 if only all
    /// values together can be decoded, as after a rotation.
    /// </summary>
    internal virtual long WindowUnit => 0;

    /// <summary>The codes of a window that begins at a multiple of <see cref="WindowUnit"/>; no copy, nothing to dispose of.</summary>
    internal virtual EncodedValues Slice(EncodedValues source, long start, long length) => new(
        length, source.Codes.Slice(CodeBytes(start), CodeBytes(length)), source.Scales.Slice(ScaleCount(start), ScaleCount(length)));
}
