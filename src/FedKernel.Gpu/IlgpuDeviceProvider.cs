// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace FedKernel.Gpu;

/// <summary>
/// Finds <c>cuda:0</c>, <c>cuda:1</c>, …, <c>opencl:0</c>, … and <c>ilgpu-cpu</c>. What is missing or refused is listed with
/// what to install or to set.
/// </summary>
public sealed class IlgpuDeviceProvider : IDeviceProvider
{
    /// <summary>Set to 1, it lifts ILGPU's requirement of the generic address space from OpenCL devices.</summary>
    public const string RelaxedVariable = "FEDKERNEL_OPENCL_RELAXED";

    private readonly bool _relaxed;

    /// <summary>A provider.</summary>
    /// <param name="relaxed">Whether the requirement is lifted; <see cref="RelaxedVariable"/> if null.</param>
    public IlgpuDeviceProvider(bool? relaxed = null) =>
        _relaxed = relaxed ?? Environment.GetEnvironmentVariable(RelaxedVariable)?.Trim() == "1";

    /// <inheritdoc/>
    public IReadOnlyList<DeviceCandidate> Find()
    {
        lock (Opening.DriverGate)
        {
            return [.. FindCuda(), .. FindOpenCl(), DescribeCpu()];
        }
    }

    private static IEnumerable<DeviceCandidate> FindCuda()
    {
        if (!NativeLibraries.HasCuda)
        {
            return [Missing(
                "cuda:0", DeviceKind.Cuda, "no NVIDIA driver (libcuda.so.1): install the driver of the GPU, on Debian the "
                + "package nvidia-driver; in a container, start it with the GPU and the capability 'compute'.")];
        }

        List<CudaDevice> devices = [.. CudaDevice.GetDevices(_ => true).Cast<CudaDevice>()];
        return devices.Count > 0
            ? devices.Select(Describe)
            : [Missing("cuda:0", DeviceKind.Cuda, "the NVIDIA driver is there but shows no GPU: see what nvidia-smi says.")];
    }

    private static DeviceCandidate Describe(CudaDevice device)
    {
        var info = new DeviceInfo(
            $"cuda:{device.DeviceId}", DeviceKind.Cuda, device.Name, device.MemorySize,
            $"compute capability {device.Architecture}, CUDA {device.DriverVersion}, {device.NumMultiprocessors} multiprocessors");
        if (device.Architecture is null || device.InstructionSet is null)
        {
            return new DeviceCandidate(
                info, $"ILGPU writes no code for this GPU under CUDA {device.DriverVersion}: install a newer driver.");
        }

        int id = device.DeviceId;
        return new DeviceCandidate(
            info, () => Opening.Open(info, AcceleratorType.Cuda, b => b.Cuda(d => d.DeviceId == id)));
    }

    private IEnumerable<DeviceCandidate> FindOpenCl()
    {
        if (!NativeLibraries.HasOpenCl)
        {
            return [Missing(
                "opencl:0", DeviceKind.OpenCl, "no OpenCL loader (libOpenCL.so.1): install one and a driver, on Debian the "
                + "packages ocl-icd-libopencl1 and pocl-opencl-icd (OpenCL on the processor).")];
        }

        List<CLDevice> devices = [.. CLDevice.GetDevices(_ => true).Cast<CLDevice>()];
        return devices.Count > 0
            ? devices.Select(Describe)
            : [Missing(
                "opencl:0", DeviceKind.OpenCl, "the OpenCL loader is there but no driver with a device: install one, on Debian "
                + "the package pocl-opencl-icd (OpenCL on the processor) or the driver of the GPU.")];
    }

    private DeviceCandidate Describe(CLDevice device, int index)
    {
        bool generic = device.Capabilities.GenericAddressSpace;
        string note = generic ? "" : _relaxed ? ", relaxed: no generic address space" : ", no generic address space";
        var info = new DeviceInfo(
            $"opencl:{index}", DeviceKind.OpenCl, device.Name.Trim(), device.MemorySize,
            $"{device.CVersion}, {device.PlatformName.Trim()}, {device.NumMultiprocessors} compute units{note}");
        if (!device.Capabilities.Float64)
        {
            return new DeviceCandidate(info, "the device has no float64, in which reductions and exact sums are done.");
        }

        if (!generic && !_relaxed)
        {
            return new DeviceCandidate(
                info, $"the device has no generic address space. Set {RelaxedVariable}=1 to use it all the same: that lifts "
                + "ILGPU's requirement of the generic address space; kernels here use none, atomics and barriers are not available.");
        }

        nint id = device.DeviceId;
        return new DeviceCandidate(info, () => Opening.Open(
            info, AcceleratorType.OpenCL, b => b.OpenCL(d => d.DeviceId == id && (generic || Opening.ClaimGenericAddresses(d)))));
    }

    private static DeviceCandidate DescribeCpu()
    {
        // Few threads a group: each is a thread of the operating system, and all of a group wait for each other.
        var device = new CPUDevice(4, 1, 2);
        var info = new DeviceInfo(
            "ilgpu-cpu", DeviceKind.IlgpuCpu, device.Name, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            $"ILGPU {ILGPU.Context.Version} on the processor, to check kernels: some hundred times slower than 'cpu'");
        return new DeviceCandidate(info, () => Opening.Open(info, AcceleratorType.CPU, b => b.CPU(device)));
    }

    private static DeviceCandidate Missing(string id, DeviceKind kind, string refusal) =>
        new(new DeviceInfo(id, kind, "none", 0, "none"), refusal);
}
