// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

/// <summary>What runs the kernels.</summary>
public enum DeviceKind
{
    /// <summary>The processor, with SIMD where it has any.</summary>
    Cpu,

    /// <summary>ILGPU's CPU device: an oracle for tests, some hundred times slower than <see cref="Cpu"/>.</summary>
    IlgpuCpu,

    /// <summary>A device behind OpenCL.</summary>
    OpenCl,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,
}

/// <summary>A device as it is listed and reported.</summary>
/// <param name="Id">How it is named on a command line: cpu, cpu:256, cuda:0, opencl:0, ilgpu-cpu.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The name that really runs, as the driver gives it.</param>
/// <param name="MemoryBytes">Memory of the device, or 0 if unknown.</param>
/// <param name="Capabilities">What it can do, for people: vector width, threads, driver version.</param>
public sealed record DeviceInfo(string Id, DeviceKind Kind, string Name, long MemoryBytes, string Capabilities);
