// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu;

/// <summary>Memory of an ILGPU accelerator, whole packs of 16 bytes, or a window of such memory.</summary>
internal sealed class IlgpuBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private readonly MemoryBuffer _memory;
    private readonly bool _owned;

    private IlgpuBuffer(IlgpuDevice device, MemoryBuffer memory, long start, long length, bool owned)
        : base(device, length)
    {
        _memory = memory;
        _owned = owned;
        Start = start;
    }

    /// <summary>The element of the memory that is element 0 here.</summary>
    public long Start { get; }

    /// <summary>Where the memory starts: an address, or a cl_mem.</summary>
    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory.IsDisposed, this);
            return _memory.NativePtr;
        }
    }

    /// <summary>Where memory has addresses, all of it is one storage: what is lent may overlap with anything.</summary>
    internal override object Storage => HasAddress ? Device : _memory;

    internal override long StartInBytes => (HasAddress ? _memory.NativePtr : 0) + (Start * Unsafe.SizeOf<T>());

    private bool HasAddress => Device.Info.Kind != DeviceKind.OpenCl;

    public static IlgpuBuffer<T> Allocate(IlgpuDevice device, long length)
    {
        UInt128 bytes = (UInt128)length * (uint)Unsafe.SizeOf<T>();
        return new IlgpuBuffer<T>(device, device.AllocatePacks(bytes), 0, length, owned: true);
    }

    public static IlgpuBuffer<T> Wrap(IlgpuDevice device, ForeignMemory memory, long start, long length) =>
        new(device, memory, start, length, owned: true);

    /// <summary>
    /// The whole memory in units of a driver, never the window: OpenCL gets the start of a view as an int32, so drivers take starts
    /// of their own.
    /// </summary>
    public ArrayView<TUnit> Whole<TUnit>()
        where TUnit : unmanaged
    {
        ObjectDisposedException.ThrowIf(_memory.IsDisposed, this);
        return new ArrayView<TUnit>(_memory, 0, _memory.LengthInBytes / Unsafe.SizeOf<TUnit>());
    }

    protected override void Dispose(bool disposing)
    {
        if (_owned && disposing)
        {
            ((IlgpuDevice)Device).Free(_memory);
        }
    }

    private protected override DeviceBuffer<TOther> ReinterpretCore<TOther>()
    {
        ObjectDisposedException.ThrowIf(_memory.IsDisposed, this);
        return new IlgpuBuffer<TOther>((IlgpuDevice)Device, _memory, Start, Length, owned: false);
    }

    private protected override DeviceBuffer<T> SliceCore(long start, long length)
    {
        ObjectDisposedException.ThrowIf(_memory.IsDisposed, this);
        return new IlgpuBuffer<T>((IlgpuDevice)Device, _memory, Start + start, length, owned: false);
    }

    private protected override void CopyFromCore(ReadOnlySpan<T> source, long start) =>
        ((IlgpuDevice)Device).Upload(source, _memory, Start + start);

    private protected override void CopyToCore(Span<T> destination, long start) =>
        ((IlgpuDevice)Device).Download(_memory, Start + start, destination);
}
