// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

/// <summary>A vector in the memory of a device, or a window of one.</summary>
/// <remarks>
/// Not thread-safe. A window does not own its memory: it is invalid once the buffer that it looks into is disposed.
/// </remarks>
/// <typeparam name="T">float, double, long, int, uint or another plain value.</typeparam>
public abstract class DeviceBuffer<T> : IDisposable
    where T : unmanaged
{
    private protected DeviceBuffer(Device device, long length)
    {
        Device = device;
        Length = length;
    }

    /// <summary>The device that owns the memory.</summary>
    public Device Device { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The memory that the buffer is part of, to tell overlaps.</summary>
    internal abstract object Storage { get; }

    /// <summary>Where in <see cref="Storage"/> the first byte lies.</summary>
    internal abstract long StartInBytes { get; }

    /// <summary>A window of <paramref name="length"/> elements from <paramref name="start"/> on; no copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window leaves the buffer.</exception>
    public DeviceBuffer<T> Slice(long start, long length)
    {
        CheckRange(start, length);
        return SliceCore(start, length);
    }

    /// <summary>Copies from the host: this[start + i] = source[i].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The elements leave the buffer.</exception>
    public void CopyFrom(ReadOnlySpan<T> source, long start = 0)
    {
        CheckRange(start, source.Length);
        if (source.Length > 0)
        {
            CopyFromCore(source, start);
        }
    }

    /// <summary>Copies to the host: destination[i] = this[start + i], once every kernel before it has ended.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The elements leave the buffer.</exception>
    public void CopyTo(Span<T> destination, long start = 0)
    {
        CheckRange(start, destination.Length);
        if (destination.Length > 0)
        {
            CopyToCore(destination, start);
        }
    }

    /// <summary>The elements as an array on the host.</summary>
    /// <exception cref="OverflowException">There are more than an array can hold.</exception>
    public T[] ToArray()
    {
        var array = new T[checked((int)Length)];
        CopyTo(array);
        return array;
    }

    /// <summary>Frees the memory if this buffer owns it.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory if this buffer owns it.</summary>
    /// <param name="disposing">False when the finalizer calls.</param>
    protected abstract void Dispose(bool disposing);

    /// <summary>The same bits as another element type of the same size; a window, no copy. Integer kernels are written on float lanes.</summary>
    internal DeviceBuffer<TOther> Reinterpret<TOther>()
        where TOther : unmanaged
    {
        if (System.Runtime.CompilerServices.Unsafe.SizeOf<TOther>() != System.Runtime.CompilerServices.Unsafe.SizeOf<T>())
        {
            throw new InvalidOperationException($"'{typeof(TOther).Name}' has another size than '{typeof(T).Name}'.");
        }

        return ReinterpretCore<TOther>();
    }

    private protected abstract DeviceBuffer<TOther> ReinterpretCore<TOther>()
        where TOther : unmanaged;

    private protected abstract DeviceBuffer<T> SliceCore(long start, long length);

    private protected abstract void CopyFromCore(ReadOnlySpan<T> source, long start);

    private protected abstract void CopyToCore(Span<T> destination, long start);

    private void CheckRange(long start, long length)
    {
        if (start < 0 || length < 0 || start > Length - length)
        {
            Throw.SliceOutside(start, length, Length);
        }
    }
}
