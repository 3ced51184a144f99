// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using FedKernel.Compression;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Random;

namespace FedKernel.Cli.Codecs;

/// <summary>One vector on one device, for as many codecs as are asked for.</summary>
/// <remarks>The error is that of the first encoding: with error feedback what it drops comes with the next.</remarks>
internal sealed class CodecStudy : IDisposable
{
    private readonly Device _device;
    private readonly DeviceBuffer<float> _original, _decoded;
    private readonly float[] _back;
    private readonly RoundingSource _rounding;

    /// <summary>Puts the vector on the device.</summary>
    /// <param name="device">Stays the caller's.</param>
    /// <param name="subject">What is compressed.</param>
    /// <param name="seed">Fixes every random bit: the same seed, the same frame.</param>
    public CodecStudy(Device device, CompressionSubject subject, ulong seed)
    {
        (_device, Subject) = (device, subject);
        _rounding = RoundingSource.Simulation(new SimulationSeed(seed));
        _original = device.Allocate<float>(subject.Layout.Length);
        _decoded = device.Allocate<float>(subject.Layout.Length);
        _original.CopyFrom(subject.Values);
        _back = new float[subject.Values.Length];
    }

    public CompressionSubject Subject { get; }

    /// <summary>Encodes and decodes once more than is timed.</summary>
    /// <param name="codec">The pipeline.</param>
    /// <param name="repeat">How often each is timed, at least once.</param>
    /// <returns>What was measured, and the frame of the first encoding.</returns>
    /// <exception cref="ArgumentException">The pipeline does not take vectors of this layout.</exception>
    public (CodecMeasurement Measurement, byte[] Frame) Measure(CompressionPipeline codec, int repeat)
    {
        using var compressor = new UpdateCompressor(_device, Subject.Layout, codec, _rounding);
        byte[] frame = compressor.Compress(_original, 0);
        Decode(frame, codec);
        _decoded.CopyTo(_back);
        var error = VectorError.Between(Subject.Values, _back);
        uint round = 0;
        double encode = Median(repeat, () => compressor.Compress(_original, ++round));
        double decode = Median(repeat, () => Decode(frame, codec));
        return (new CodecMeasurement(codec.Name, compressor.Traits, Subject.Layout.Length, frame.Length, error, encode, decode), frame);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _original.Dispose();
        _decoded.Dispose();
    }

    private void Decode(byte[] frame, CompressionPipeline codec)
    {
        using var update = CompressedUpdate.Open(_device, frame, Subject.Layout, codec);
        update.DecodeTo(_decoded);
        _device.Synchronize();
    }

    private static double Median(int repeat, Action work)
    {
        var seconds = new double[repeat];
        for (int i = 0; i < repeat; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return (seconds[(repeat - 1) / 2] + seconds[repeat / 2]) / 2;
    }
}
