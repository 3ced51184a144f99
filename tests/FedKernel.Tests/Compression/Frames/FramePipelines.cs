// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using FedKernel.Compression;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Frames;

/// <summary>The pipelines that every test of frames runs over: a new codec is one more line.</summary>
internal static class FramePipelines
{
    /// <summary>Three tensors, none of a length that a block divides.</summary>
    public static ParameterLayout Layout { get; } = new([("weight", [37, 21]), ("bias", [21]), ("head", [5, 41])]);

    public static string[] Names { get; } =
    [
        "float32",
        "fp16",
        "bf16",
        "fp8e4m3",
        "fp8e5m2",
        "int8:256",
        "int8:64,stochastic",
        "int4:64",
        "nf4:64",
        "nf4:64+rans",
        "fp4:64",
        "qsgd:7,128",
        "terngrad",
        "terngrad:64+rans",
        "sign",
        "sign:64",
        "lattice:16,8,20",
        "latticenearest:16,8,20",
        "drive",
        "eden:4",
        "eden:3+rans",
        "topk:0.05",
        "topk:40+bf16+eliasfano",
        "topklayer:0.1+int8:256+bitmap",
        "blocktopk:0.1,16+nf4:32",
        "threshold:3+int8:256",
        "sampled:0.05+int4:64+rans",
        "random:0.1+eden:4",
        "sharedrandom:0.1+int8:256",
        "powersgd:2",
        "powersgd:2+eden:8",
        "ef+int8:256",
        "ef+nf4:64",
        "ef+eden:2",
        "ef+topk:0.05+int8:256+rice",
        "ef+topk:0.5+int8:256",
        "ef+dgc:0.9+topk:0.02+int8:256+rans",
        "ef+sharedrandom:0.1,unscaled+int8:256",
        "ef+powersgd:3",
    ];

    public static TheoryData<string> All => [.. Names];

    /// <summary>Values of about 1, some of them large, some 0.</summary>
    public static float[] Values(long length, int seed = 1) => [.. Enumerable.Range(0, (int)length).Select(
        i => i % 11 == 3 ? 0 : MathF.Round(MathF.Sin((0.37f * i) + seed) * (1 + (i % 7)), 5))];

    public static UpdateCompressor Compressor(Device device, string pipeline, ParameterLayout? layout = null, int client = 0) =>
        new(device, layout ?? Layout, CompressionPipeline.Parse(pipeline), RoundingSource.Simulation(new SimulationSeed((ulong)client)));

    /// <summary>The frame of the values above.</summary>
    public static byte[] Frame(Device device, string pipeline, uint round = 1)
    {
        using UpdateCompressor compressor = Compressor(device, pipeline);
        using DeviceBuffer<float> update = device.Upload<float>(Values(Layout.Length));
        return compressor.Compress(update, round);
    }

    /// <summary>Makes damage look like intent.</summary>
    public static byte[] Reseal(byte[] frame)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(^4..), FrameChecksum.Of(frame.AsSpan(..^4)));
        return frame;
    }
}
