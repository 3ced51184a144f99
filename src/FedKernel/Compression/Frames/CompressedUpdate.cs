// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Compression.Frames;

/// <summary>A frame that was opened: examined whole, on a device, ready to be added to sums without a dense copy.</summary>
/// <remarks>Not thread-safe. Memory: the codes, or the k values and indices that are kept; see the README of this folder.</remarks>
public sealed class CompressedUpdate : IEncodedUpdate, IDisposable
{
    private readonly Device _device;
    private readonly DecodedFrame _content;

    private CompressedUpdate(Device device, FrameHeader header, DecodedFrame content)
    {
        (_device, _content, Length, Count) = (device, content, header.Length, header.Count);
        (LargestMagnitude, SquaredL2Norm) = content.Measure();
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Values that travelled: k, or d without a sparsifier.</summary>
    public long Count { get; }

    /// <inheritdoc/>
    public double LargestMagnitude { get; }

    /// <inheritdoc/>
    public double SquaredL2Norm { get; }

    /// <summary>Opens a frame, hostile until proven otherwise.</summary>
    /// <param name="device">Where the update is decoded.</param>
    /// <param name="frame">All bytes of the frame and no other; not kept.</param>
    /// <param name="layout">How the update is read.</param>
    /// <param name="expected">The pipeline of the plan: a frame of another one is refused by name.</param>
    /// <exception cref="DataFormatException">The frame is not what <see cref="UpdateCompressor"/> writes for this layout and pipeline: the
    /// field, its value and what is allowed. Nothing was kept, and nothing beyond what the expected pipeline needs was allocated.</exception>
    public static CompressedUpdate Open(Device device, ReadOnlySpan<byte> frame, ParameterLayout layout, CompressionPipeline expected)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(expected);
        FrameSections sections = FrameSections.Read(frame, layout, expected);
        DecodedFrame content = FrameDecoder.Decode(device, sections, layout, expected);
        try
        {
            return new CompressedUpdate(device, sections.Header, content);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void DecodeTo(DeviceBuffer<float> destination)
    {
        Check(destination);
        _content.DecodeTo(destination);
    }

    /// <inheritdoc/>
    public void AddTo(DeviceBuffer<float> sums, float weight)
    {
        Check(sums);
        Throw.IfNotInRange(weight, float.MinValue, float.MaxValue);
        _content.AddTo(sums, weight);
    }

    /// <inheritdoc/>
    public void AccumulateTo<TOp>(DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        Check(integers);
        _content.AccumulateTo(integers, op);
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    private void Check<T>(DeviceBuffer<T> buffer, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(buffer))] string name = "")
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer, name);
        Throw.IfLengthsDiffer(Length, buffer.Length, "the update", name);
        if (!ReferenceEquals(buffer.Device, _device))
        {
            Throw.ForeignBuffer(name, _device.Info.Id);
        }
    }
}
