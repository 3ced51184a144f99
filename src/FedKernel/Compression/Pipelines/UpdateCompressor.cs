// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Pipelines;

/// <summary>A client's side of a pipeline: it owns the memory of error feedback and makes frames of updates.</summary>
/// <remarks>
/// Not thread-safe. What it makes is no bounded update in the sense of privacy, whatever was clipped before: with error feedback a
/// frame also holds what earlier updates left. Where a bound is promised, the receiver clips what it decodes.
/// </remarks>
public sealed class UpdateCompressor : IDisposable
{
    private readonly Device _device;
    private readonly RoundingSource? _rounding;
    private readonly UpdateEncoder _encoder;

    /// <summary>A compressor with an empty memory.</summary>
    /// <param name="device">Where updates lie.</param>
    /// <param name="layout">How they are read.</param>
    /// <param name="pipeline">What is done with them.</param>
    /// <param name="rounding">Needed where the quantizer is random; a simulation's also fixes the seeds that travel, so that a run repeats.</param>
    /// <exception cref="ArgumentException">The pipeline needs bits for rounding and there are none, or does not take such updates.</exception>
    public UpdateCompressor(Device device, ParameterLayout layout, CompressionPipeline pipeline, RoundingSource? rounding = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(pipeline);
        if (pipeline.Quantizer.IsRandom && rounding is null)
        {
            throw new ArgumentException($"'{pipeline.Quantizer.Name}' rounds with random bits: it needs a source of them.", nameof(rounding));
        }

        Traits = pipeline.Describe(layout);
        (_device, Layout, Pipeline, _rounding) = (device, layout, pipeline, rounding);
        _encoder = (pipeline.Sparsifier, pipeline.LowRank(layout)) switch
        {
            ({ } sparsifier, _) => new SparseEncoder(device, layout, pipeline, sparsifier),
            (_, { } codec) => new LowRankEncoder(device, pipeline, codec),
            _ => new DenseEncoder(device, layout, pipeline),
        };
    }

    /// <summary>How updates are read.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>What is done with them.</summary>
    public CompressionPipeline Pipeline { get; }

    /// <summary>What the pipeline promises for this layout.</summary>
    public StageTraits Traits { get; }

    /// <summary>What error feedback keeps: vectors of d values; none without it.</summary>
    internal IReadOnlyList<DeviceBuffer<float>> Memory => _encoder.Memory;

    /// <summary>The frame of an update; with error feedback, of the update and the memory.</summary>
    /// <param name="update">d values, left as they are.</param>
    /// <param name="round">Number of the round; never twice under a key.</param>
    /// <exception cref="ProtocolException">A value is NaN or infinite; the memory is as it was.</exception>
    public byte[] Compress(DeviceBuffer<float> update, uint round) => Compress(update, round, double.PositiveInfinity);

    /// <summary>The memory as bytes: what a client keeps between rounds beside its model. As secret as the client's data.</summary>
    public byte[] SaveState() => CompressorState.Save(Pipeline, Layout, Memory);

    /// <summary>Takes the memory over that <see cref="SaveState"/> gave.</summary>
    /// <exception cref="DataFormatException">The bytes are of another pipeline or layout, cut or damaged; the memory is as it was.</exception>
    public void RestoreState(ReadOnlySpan<byte> state) => CompressorState.Restore(state, Pipeline, Layout, Memory);

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <summary>What a receiver that clips multiplies a decoded update by.</summary>
    internal static double ClippingFactor(IEncodedUpdate update, double bound) => UpdateEncoder.ClippingFactor(update.SquaredL2Norm, bound);

    /// <summary>The same for a receiver that clips what it decodes to a bound: the memory keeps what the clip takes off.</summary>
    internal byte[] Compress(DeviceBuffer<float> update, uint round, double clippingBound)
    {
        ArgumentNullException.ThrowIfNull(update);
        Throw.IfLengthsDiffer(Layout.Length, update.Length, "the layout", nameof(update));
        if (!ReferenceEquals(update.Device, _device))
        {
            Throw.ForeignBuffer(nameof(update), _device.Info.Id);
        }

        SharedSeed seed = _rounding?.SeedOf(round) ?? SharedSeed.Generate();
        return _encoder.Encode(update, new EncodingContext(Layout, round, seed, _rounding), clippingBound);
    }
}
