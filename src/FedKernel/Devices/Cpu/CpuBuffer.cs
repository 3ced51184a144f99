// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Devices.Cpu;

/// <summary>Native memory, 64-byte aligned where it is ours; a window or lent memory has the alignment that it has.</summary>
internal sealed unsafe class CpuBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private readonly bool _owned;
    private T* _pointer;

    private CpuBuffer(CpuDevice device, T* pointer, long length, bool owned)
        : base(device, length)
    {
        _pointer = pointer;
        _owned = owned;
        if (!owned)
        {
            GC.SuppressFinalize(this);
        }
    }

    ~CpuBuffer() => Dispose(false);

    public T* Pointer => _pointer;

    /// <summary>All memory of the process is one storage: two lent buffers may overlap as well.</summary>
    internal override object Storage => Device;

    internal override long StartInBytes => (long)_pointer;

    public static CpuBuffer<T> Allocate(CpuDevice device, long length)
    {
        try
        {
            nuint bytes = checked((nuint)length * (nuint)sizeof(T));
            var pointer = (T*)NativeMemory.AlignedAlloc(bytes + 64, 64);
            NativeMemory.Clear(pointer, bytes);
            return new CpuBuffer<T>(device, pointer, length, owned: true);
        }
        catch (OutOfMemoryException e)
        {
            throw new DeviceException($"No memory for {length} elements of {sizeof(T)} bytes on '{device.Info.Id}'.", e);
        }
    }

    public static CpuBuffer<T> Borrow(CpuDevice device, T* pointer, long length) => new(device, pointer, length, owned: false);

    protected override void Dispose(bool disposing)
    {
        if (_owned && _pointer != null)
        {
            NativeMemory.AlignedFree(_pointer);
        }

        _pointer = null;
    }

    private protected override DeviceBuffer<T> SliceCore(long start, long length)
    {
        ObjectDisposedException.ThrowIf(_pointer == null, this);
        return new CpuBuffer<T>((CpuDevice)Device, _pointer + start, length, owned: false);
    }

    private protected override void CopyFromCore(ReadOnlySpan<T> source, long start)
    {
        ObjectDisposedException.ThrowIf(_pointer == null, this);
        source.CopyTo(new Span<T>(_pointer + start, source.Length));
    }

    private protected override void CopyToCore(Span<T> destination, long start)
    {
        ObjectDisposedException.ThrowIf(_pointer == null, this);
        new ReadOnlySpan<T>(_pointer + start, destination.Length).CopyTo(destination);
    }
}
