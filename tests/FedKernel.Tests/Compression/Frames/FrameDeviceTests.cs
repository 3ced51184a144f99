// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Tests.Gpu;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Frames;

/// <summary>The same bytes and the same decoded bits wherever a pipeline runs.</summary>
[Collection(nameof(GpuCollection))]
public sealed class FrameDeviceTests(GpuDevices devices)
{
    [Theory]
    [MemberData(nameof(GpuDevices.Ids), MemberType = typeof(GpuDevices))]
    public void Compress_OnAnyDevice_GivesTheBytesOfTheProcessor(string id)
    {
        Device device = devices.Open(id);
        using CpuDevice cpu = new(threadCount: 2);
        Assert.All(FramePipelines.Names, pipeline =>
        {
            byte[] frame = FramePipelines.Frame(cpu, pipeline);
            Assert.Equal(frame, FramePipelines.Frame(device, pipeline));
            Assert.Equal(Decoded(cpu, frame, pipeline), Decoded(device, frame, pipeline));
        });
    }

    [Fact]
    public void Compress_AtAnyWidth_GivesTheSameBytes()
    {
        using CpuDevice cpu = new(threadCount: 2);
        foreach (DeviceCandidate candidate in new CpuDeviceProvider(threadCount: 1).Find().Where(c => c.Refusal is null))
        {
            using Device device = candidate.Open();
            Assert.All(FramePipelines.Names, p => Assert.Equal(FramePipelines.Frame(cpu, p), FramePipelines.Frame(device, p)));
        }
    }

    private static (string Sha256, double Largest, double SquaredNorm) Decoded(Device device, byte[] frame, string pipeline)
    {
        using CompressedUpdate update = CompressedUpdate.Open(device, frame, FramePipelines.Layout, CompressionPipeline.Parse(pipeline));
        using DeviceBuffer<float> values = device.Allocate<float>(update.Length);
        update.DecodeTo(values);
        return (BufferDigest.Sha256(values), update.LargestMagnitude, update.SquaredL2Norm);
    }
}
