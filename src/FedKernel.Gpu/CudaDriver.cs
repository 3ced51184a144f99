// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Gpu;

/// <summary>The CUDA driver API, by the names that its documentation has ("Primary Context Management", "Context Management",
/// "Unified Addressing").</summary>
internal sealed unsafe class CudaDriver : ICudaDriver
{
    private const int DeviceOrdinalAttribute = 9; // CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL

    private readonly delegate* unmanaged<int*, int, int> _deviceGet;
    private readonly delegate* unmanaged<nint*, int, int> _retain;
    private readonly delegate* unmanaged<int, int> _release;
    private readonly delegate* unmanaged<nint*, int> _getCurrent;
    private readonly delegate* unmanaged<nint, int> _setCurrent;
    private readonly delegate* unmanaged<void*, int, nint, int> _pointerAttribute;

    public CudaDriver()
    {
        nint library = NativeLibraries.Cuda;
        _deviceGet = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(library, "cuDeviceGet");
        _retain = (delegate* unmanaged<nint*, int, int>)NativeLibrary.GetExport(library, "cuDevicePrimaryCtxRetain");
        _release = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "cuDevicePrimaryCtxRelease_v2");
        _getCurrent = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(library, "cuCtxGetCurrent");
        _setCurrent = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuCtxSetCurrent");
        _pointerAttribute = (delegate* unmanaged<void*, int, nint, int>)NativeLibrary.GetExport(library, "cuPointerGetAttribute");
    }

    public nint CurrentContext
    {
        get
        {
            nint context = 0;
            Check(_getCurrent(&context), "cuCtxGetCurrent");
            return context;
        }

        set => Check(_setCurrent(value), "cuCtxSetCurrent");
    }

    public nint RetainPrimary(int device)
    {
        nint context = 0;
        Check(_retain(&context, Handle(device)), "cuDevicePrimaryCtxRetain");
        return context;
    }

    public void ReleasePrimary(int device) => Check(_release(Handle(device)), "cuDevicePrimaryCtxRelease");

    public int? DeviceOf(nint address)
    {
        int device = 0;
        return _pointerAttribute(&device, DeviceOrdinalAttribute, address) == 0 ? device : null;
    }

    private int Handle(int device)
    {
        int handle = 0;
        Check(_deviceGet(&handle, device), "cuDeviceGet");
        return handle;
    }

    private static void Check(int error, string function)
    {
        if (error != 0)
        {
            throw new DeviceException($"The CUDA driver's {function} returned error {error}; 0 would be success.");
        }
    }
}
