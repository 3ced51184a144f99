// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu;

/// <summary>Memory that somebody else allocated and frees, at an address that kernels can use.</summary>
internal sealed class ForeignMemory : MemoryBuffer
{
    public ForeignMemory(Accelerator accelerator, nint address, long bytes)
        : base(accelerator, bytes, 1) => NativePtr = address;

    // Copies go by addresses: see HostCopy. Nothing here asks ILGPU for them.
    protected override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        throw new UnreachableException();

    protected override void CopyFrom(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw new UnreachableException();

    protected override void CopyTo(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw new UnreachableException();

    protected override void DisposeAcceleratorObject(bool disposing) => NativePtr = 0;
}
