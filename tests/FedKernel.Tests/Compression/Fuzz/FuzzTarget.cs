// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Tests.Compression.Frames;
using FedKernel.Updates;

namespace FedKernel.Tests.Compression.Fuzz;

/// <summary>What must hold of any bytes whatever that are opened as a frame of one pipeline.</summary>
internal sealed class FuzzTarget : IDisposable
{
    // Beside the elements: opened frames, views of sections, one exception with its message and trace.
    private const int LeastBytes = 48 << 10;
    private const int BytesAnElement = 40;
    private const int Guard = 64;
    private const float Untouched = 123456;

    private static readonly SearchValues<char> _hexLetters = SearchValues.Create("abcdef.,;");

    private readonly CpuDevice _device;
    private readonly CompressionPipeline _pipeline;
    private readonly DeviceBuffer<float> _guarded;
    private readonly DeviceBuffer<float> _sums;
    private readonly DeviceBuffer<long> _integers;
    private readonly float[] _guards = new float[Guard];
    private readonly FixedPointAccumulate _op = new(Math.ScaleB(1, 20));

    public FuzzTarget(CpuDevice device, string pipeline)
    {
        (_device, Name, _pipeline) = (device, pipeline, CompressionPipeline.Parse(pipeline));
        _guarded = device.Upload<float>([.. Enumerable.Repeat(Untouched, (int)Layout.Length + (2 * Guard))]);
        _sums = _guarded.Slice(Guard, Layout.Length);
        _integers = device.Allocate<long>(Layout.Length);
    }

    /// <summary>Small, so that a frame is; two blocks of 256, a matrix that factors shorten, a tensor that they do not.</summary>
    public static ParameterLayout Layout { get; } = new([("weight", [17, 13]), ("bias", [13]), ("head", [7, 11])]);

    public string Name { get; }

    /// <summary>Honest frames: common values, zeros, one spike, largest and smallest magnitudes.</summary>
    public IEnumerable<byte[]> Seeds()
    {
        int d = (int)Layout.Length;
        float[] spike = new float[d], extreme = [.. Enumerable.Range(0, d).Select(i => (i % 2 == 0 ? 1e30f : -1e-40f) * (1 + (i % 5)))];
        spike[d / 2] = -3;
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, Name, Layout);
        uint round = 0;
        foreach (float[] values in new[] { FramePipelines.Values(d), FramePipelines.Values(d, 2), new float[d], spike, extreme })
        {
            using DeviceBuffer<float> update = _device.Upload<float>(values);
            yield return compressor.Compress(update, round++);
        }
    }

    /// <summary>Opens, and uses what was taken.</summary>
    /// <returns>What the bytes did, the same text for the same way through the parser.</returns>
    /// <exception cref="InvalidOperationException">A promise is broken.</exception>
    public string Check(byte[] frame)
    {
        long managed = GC.GetAllocatedBytesForCurrentThread(), native = _device.AllocatedBytes;
        CompressedUpdate update;
        try
        {
            update = CompressedUpdate.Open(_device, frame, Layout, _pipeline);
        }
        catch (DataFormatException e)
        {
            Require(_device.AllocatedBytes == native, "a refused frame left memory on the device");
            RequireBounded(GC.GetAllocatedBytesForCurrentThread() - managed);
            return Shape(e.Message);
        }

        using (update)
        {
            RequireBounded(GC.GetAllocatedBytesForCurrentThread() - managed);
            RequireBounded(_device.AllocatedBytes - native);
            Use(update);
            Require(
                FrameDecoder.Rewrite(_device, frame, Layout, _pipeline).AsSpan().SequenceEqual(frame), "a frame was taken that is not canonical");
            return $"taken {(int)Math.Log2(update.Count + 1)} {Magnitude(update.LargestMagnitude)}";
        }
    }

    public void Dispose()
    {
        _guarded.Dispose();
        _integers.Dispose();
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Promise broken: {what}.");
        }
    }

    private static void RequireBounded(long bytes)
    {
        long bound = LeastBytes + (BytesAnElement * Layout.Length);
        Require(bytes <= bound, $"{bytes} bytes were allocated, the bound is {bound}");
    }

    private static string Magnitude(double largest) => largest switch
    {
        0 => "zero",
        double.PositiveInfinity => "infinite",
        < 1e-30 => "tiny",
        > 1e30 => "huge",
        _ => "common",
    };

    /// <summary>A message without what it quotes, without numbers and without what could be a checksum.</summary>
    private static string Shape(string message)
    {
        Span<char> shape = stackalloc char[96];
        int length = 0;
        bool isQuoted = false;
        foreach (Range word in message.AsSpan().Split(' '))
        {
            ReadOnlySpan<char> text = message.AsSpan()[word];
            bool isNumber = text.ContainsAnyInRange('0', '9') || !text.ContainsAnyExcept(_hexLetters);
            isQuoted ^= text.Count('\'') == 1;
            if (!isNumber && !isQuoted && !text.Contains('\'') && length + text.Length < shape.Length)
            {
                text.CopyTo(shape[length..]);
                length += text.Length;
                shape[length++] = ' ';
            }
        }

        return shape[..length].ToString();
    }

    /// <summary>Adds it every way there is; elements around the sums stay.</summary>
    private void Use(CompressedUpdate update)
    {
        update.DecodeTo(_sums);
        update.AddTo(_sums, -0.5f);
        update.AccumulateTo(_integers, _op);
        foreach (long start in new[] { 0, Guard + Layout.Length })
        {
            _guarded.CopyTo(_guards, start);
            Require(_guards.AsSpan().IndexOfAnyExcept(Untouched) < 0, "an element outside the sums was written");
        }
    }
}
