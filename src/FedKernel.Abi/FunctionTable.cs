// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Abi;

/// <summary>fk_device_info of fedkernel.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeDeviceInfo
{
    /// <summary>FK_TEXT_BYTES.</summary>
    public const int TextBytes = 512;

    public ulong Size;
    public ulong MemoryBytes;
    public int Kind;
    public int Usable;
    public fixed byte Id[TextBytes];
    public fixed byte Name[TextBytes];
    public fixed byte Capabilities[TextBytes];
    public fixed byte Refusal[TextBytes];
}

/// <summary>native/src/table.h: the same list in the same order. Handles are numbers here.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FunctionTable
{
    /// <summary>FK_ABI_VERSION.</summary>
    public const ulong Version = 1;

    public ulong Size;
    public ulong AbiVersion;
    public delegate* unmanaged[Cdecl]<byte*, ulong, ulong> LastError;
    public delegate* unmanaged[Cdecl]<uint*, Status> DeviceCount;
    public delegate* unmanaged[Cdecl]<uint, NativeDeviceInfo*, Status> DeviceDescribe;
    public delegate* unmanaged[Cdecl]<byte*, nint*, Status> DeviceOpen;
    public delegate* unmanaged[Cdecl]<nint, byte*, ulong, ulong*, Status> DeviceName;
    public delegate* unmanaged[Cdecl]<nint, Status> DeviceClose;
    public delegate* unmanaged[Cdecl]<nint, ulong, double, double, uint, nint*, Status> ExactMeanCreate;
    public delegate* unmanaged[Cdecl]<nint, float*, ulong, double, Status> ExactMeanFold;
    public delegate* unmanaged[Cdecl]<nint, ulong*, Status> ExactMeanCount;
    public delegate* unmanaged[Cdecl]<nint, ulong, float*, Status> ExactMeanFinish;
    public delegate* unmanaged[Cdecl]<nint, Status> ExactMeanDestroy;
    public delegate* unmanaged[Cdecl]<nint, ulong, double, float*, double*, ulong*, Status> ClipL2;
    public delegate* unmanaged[Cdecl]<nint*, Status> KeyCreate;
    public delegate* unmanaged[Cdecl]<byte*, ulong, nint*, Status> KeyImport;
    public delegate* unmanaged[Cdecl]<nint, Status> KeyDestroy;
    public delegate* unmanaged[Cdecl]<nint, nint, uint, uint, double, ulong, float*, Status> AddGaussianNoise;
}
