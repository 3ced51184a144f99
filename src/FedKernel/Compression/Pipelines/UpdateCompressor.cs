// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Frames;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Pipelines;

/// <summary>A client's side of a pipeline: it owns the memory of error feedback and makes frames of updates.</summary>
/// <remarks>Not thread-safe. What it makes is no bounded update in the sense of privacy: clip what was decoded.</remarks>
public sealed class UpdateCompressor : IDisposable
{
    private readonly Device _device;
    private readonly RoundingSource? _rounding;
    private readonly EncodedValues? _encoded;
    private readonly DeviceBuffer<float>? _memory;

    /// <summary>A compressor with an empty memory.</summary>
    /// <param name="device">Where updates lie.</param>
    /// <param name="layout">How they are read.</param>
    /// <param name="pipeline">What is done with them.</param>
    /// <param name="rounding">Needed where the quantizer is random; a simulation's also fixes the seeds that travel.</param>
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
        _encoded = pipeline.Quantizer.Allocate(device, layout.Length);
        _memory = pipeline.HasFeedback ? device.Allocate<float>(layout.Length) : null;
    }

    /// <summary>How updates are read.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>What is done with them.</summary>
    public CompressionPipeline Pipeline { get; }

    /// <summary>What the pipeline promises for this layout.</summary>
    public StageTraits Traits { get; }

    /// <summary>The frame of an update; with error feedback, of the update and the memory.</summary>
    /// <param name="update">d values, left as they are.</param>
    /// <param name="round">Number of the round; never twice under a key.</param>
    /// <exception cref="ProtocolException">A value is NaN or infinite; the memory is as it was.</exception>
    public byte[] Compress(DeviceBuffer<float> update, uint round) => Compress(update, round, double.PositiveInfinity);

    /// <summary>What a receiver that clips multiplies a decoded update by: min(1, C/‖x‖), 1 for what is not finite and thus refused.</summary>
    internal static double ClippingFactor(IEncodedUpdate update, double bound) => ClippingFactor(update.SquaredL2Norm, bound);

    private static double ClippingFactor(double squaredNorm, double bound)
    {
        double norm = Math.Sqrt(squaredNorm);
        return double.IsFinite(norm) && norm > bound ? bound / norm : 1;
    }

    /// <summary>The same for a receiver that clips what it decodes to a bound: the memory keeps what the clip takes off.</summary>
    internal byte[] Compress(DeviceBuffer<float> update, uint round, double clippingBound)
    {
        ArgumentNullException.ThrowIfNull(update);
        Throw.IfLengthsDiffer(Layout.Length, update.Length, "the layout", nameof(update));
        var seed = SharedSeed.Generate();
        var context = new EncodingContext(Layout, round, seed, _rounding);
        if (_memory is null)
        {
            Pipeline.Quantizer.Encode(update, _encoded!, context);
        }
        else
        {
            Pipeline.Quantizer.EncodeWithFeedback(update, _memory, _encoded!, context);
            if (double.IsFinite(clippingBound))
            {
                double factor = ClippingFactor(Pipeline.Quantizer.Measure(_encoded!, seed).SquaredNorm, clippingBound);
                if (factor < 1)
                {
                    Pipeline.Quantizer.AddTo(_encoded!, _memory, (float)(1 - factor), seed);
                }
            }
        }

        return FrameEncoder.Encode(Pipeline, Layout, _encoded!, [], Pipeline.UsesSeed ? seed : null);
    }

    /// <summary>The memory as bytes: what a client keeps between rounds beside its model. Secret like its data.</summary>
    public byte[] SaveState() => CompressorState.Save(Pipeline, Layout, _memory);

    /// <summary>Takes the memory over that <see cref="SaveState"/> gave.</summary>
    /// <exception cref="DataFormatException">The bytes are of another pipeline or layout, cut or damaged; the memory is as it was.</exception>
    public void RestoreState(ReadOnlySpan<byte> state) => CompressorState.Restore(state, Pipeline, Layout, _memory);

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoded?.Dispose();
        _memory?.Dispose();
    }
}
