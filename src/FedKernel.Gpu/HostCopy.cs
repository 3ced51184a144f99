// SPDX-License-Identifier: Apache-2.0
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace FedKernel.Gpu;

/// <summary>Copies between host and device that are over when they return.</summary>
/// <remarks>
/// Straight to the driver: ILGPU makes an object for each copy, which its accelerator keeps a weak reference to; and for OpenCL it
/// copies as many bytes as the host's buffer has, not as many as the view.
/// </remarks>
internal static unsafe class HostCopy
{
    /// <summary>memory[offset, offset + bytes) = source</summary>
    public static void ToDevice(AcceleratorStream stream, void* source, MemoryBuffer memory, long offset, long bytes)
    {
        switch (stream)
        {
            case CudaStream cuda:
                CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.MemcpyAsync(
                    (nint)(memory.NativePtr + offset), (nint)source, (nint)bytes, cuda));
                cuda.Synchronize();
                break;
            case CLStream cl:
                CLException.ThrowIfFailed(CLAPI.CurrentAPI.WriteBuffer(
                    cl, memory.NativePtr, true, (nint)offset, (nint)bytes, (nint)source));
                break;
            default:
                Buffer.MemoryCopy(source, (byte*)memory.NativePtr + offset, bytes, bytes);
                break;
        }
    }

    /// <summary>destination = memory[offset, offset + bytes), once every kernel of the stream has ended.</summary>
    public static void ToHost(AcceleratorStream stream, MemoryBuffer memory, long offset, void* destination, long bytes)
    {
        switch (stream)
        {
            case CudaStream cuda:
                CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.MemcpyAsync(
                    (nint)destination, (nint)(memory.NativePtr + offset), (nint)bytes, cuda));
                cuda.Synchronize();
                break;
            case CLStream cl:
                CLException.ThrowIfFailed(CLAPI.CurrentAPI.ReadBuffer(
                    cl, memory.NativePtr, true, (nint)offset, (nint)bytes, (nint)destination));
                break;
            default:
                Buffer.MemoryCopy((byte*)memory.NativePtr + offset, destination, bytes, bytes);
                break;
        }
    }
}
