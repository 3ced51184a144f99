// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Cpu;

/// <summary>Native memory, 64-byte aligned where it is ours; a window or lent memory has the alignment that it has.</summary>
internal sealed unsafe class CpuBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private readonly void* _block;
    private T* _pointer;

    private CpuBuffer(CpuDevice device, T* pointer, long length, void* block)
        : base(device, length)
    {
        _pointer = pointer;
        _block = block;
        if (block == null)
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
            var pointer = (T*)AlignedMemory.Allocate(bytes, out void* block);
            return new CpuBuffer<T>(device, pointer, length, block);
        }
        catch (Exception e) when (e is OutOfMemoryException or OverflowException)
        {
            throw new DeviceException($"No memory for {length} elements of {sizeof(T)} bytes on '{device.Info.Id}'.", e);
        }
    }

    public static CpuBuffer<T> Borrow(CpuDevice device, T* pointer, long length) => new(device, pointer, length, block: null);

    protected override void Dispose(bool disposing)
    {
        if (_block != null && _pointer != null)
        {
            AlignedMemory.Free(_block);
        }

        _pointer = null;
    }

    private protected override DeviceBuffer<TOther> ReinterpretCore<TOther>()
    {
        ObjectDisposedException.ThrowIf(_pointer == null, this);
        return new CpuBuffer<TOther>((CpuDevice)Device, (TOther*)_pointer, Length, block: null);
    }

    private protected override DeviceBuffer<T> SliceCore(long start, long length)
    {
        ObjectDisposedException.ThrowIf(_pointer == null, this);
        return new CpuBuffer<T>((CpuDevice)Device, _pointer + start, length, block: null);
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
