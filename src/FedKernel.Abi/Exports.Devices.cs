// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Gpu;

namespace FedKernel.Abi;

internal static unsafe partial class Exports
{
    // Looked for when first asked: a provider may load drivers.
    private static readonly Lazy<DeviceCatalog> _catalog = new(
        () => new DeviceCatalog([new CpuDeviceProvider(), new IlgpuDeviceProvider()]));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status DeviceCount(uint* count)
    {
        try
        {
            Arguments.Check(count);
            *count = (uint)_catalog.Value.Candidates.Count;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status DeviceDescribe(uint index, NativeDeviceInfo* info)
    {
        try
        {
            Arguments.Check((ulong*)info, nameof(info));
            if (info->Size != (ulong)sizeof(NativeDeviceInfo))
            {
                throw new ArgumentException(
                    $"info->size is {info->Size}; this library knows {sizeof(NativeDeviceInfo)}.", nameof(info));
            }

            IReadOnlyList<DeviceCandidate> candidates = _catalog.Value.Candidates;
            if (index >= candidates.Count)
            {
                throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {candidates.Count} devices.");
            }

            Write(candidates[(int)index], info);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status DeviceOpen(byte* id, nint* device)
    {
        try
        {
            Arguments.Check(device);
            *device = _handles.Add(_catalog.Value.Open(Arguments.Text(id)));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status DeviceName(nint device, byte* buffer, ulong capacity, ulong* needed)
    {
        try
        {
            Arguments.CheckOptional(needed);
            if (capacity > 0)
            {
                Arguments.Check(buffer);
            }

            using Lease<Device> lease = _handles.Use<Device>(device, DeviceType);
            DeviceInfo info = lease.Value.Info;
            ulong length = Utf8Text.Write($"{info.Id}: {info.Name}, {info.Capabilities}", buffer, capacity);
            if (needed != null)
            {
                *needed = length;
            }

            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status DeviceClose(nint device) => Close<Device>(device, DeviceType);

    private static void Write(DeviceCandidate candidate, NativeDeviceInfo* info)
    {
        DeviceInfo source = candidate.Info;
        info->MemoryBytes = (ulong)source.MemoryBytes;
        info->Kind = KindOf(source.Kind);
        info->Usable = candidate.Refusal is null ? 1 : 0;
        Utf8Text.Write(source.Id, info->Id, NativeDeviceInfo.TextBytes);
        Utf8Text.Write(source.Name, info->Name, NativeDeviceInfo.TextBytes);
        Utf8Text.Write(source.Capabilities, info->Capabilities, NativeDeviceInfo.TextBytes);
        Utf8Text.Write(candidate.Refusal ?? "", info->Refusal, NativeDeviceInfo.TextBytes);
    }

    // Numbers of the header, which outlive the order of an enum.
    private static int KindOf(DeviceKind kind) => kind switch
    {
        DeviceKind.Cpu => 0,
        DeviceKind.IlgpuCpu => 1,
        DeviceKind.OpenCl => 2,
        DeviceKind.Cuda => 3,
        _ => throw new DeviceException($"The device kind {kind} has no number in fedkernel.h."),
    };
}
