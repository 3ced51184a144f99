// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices;

/// <summary>
/// Where kernels run. A kernel holds a formula, the device has one loop for each shape of kernel; whatever the device, a kernel
/// gives the bits of its plain reference, up to the error that the kernel declares.
/// </summary>
/// <remarks>
/// A destination may be the same elements as a source, or apart from it; anything between is refused, because the result would
/// depend on the device. Arguments are checked before anything is written. A device may be shared by threads, a buffer may not.
/// </remarks>
public abstract partial class Device : IDisposable
{
    private long _allocatedBytes;

    private protected Device()
    {
    }

    /// <summary>Which device this is.</summary>
    public abstract DeviceInfo Info { get; }

    /// <summary>True if host memory can be lent to kernels without a copy: see <see cref="Borrow"/>.</summary>
    public virtual bool SharesHostMemory => false;

    /// <summary>Memory for <paramref name="length"/> elements, all zero.</summary>
    /// <param name="length">Elements, at least 0; more than 2³¹ are fine where the device has the memory.</param>
    /// <exception cref="DeviceException">The device has not enough memory.</exception>
    public DeviceBuffer<T> Allocate<T>(long length)
        where T : unmanaged
    {
        Throw.IfNotInRange(length, 0, long.MaxValue / 8);
        Interlocked.Add(ref _allocatedBytes, length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        return AllocateCore<T>(length);
    }

    /// <summary>Bytes that <see cref="Allocate"/> was asked for so far, freed or not: what tests hold to a bound.</summary>
    internal long AllocatedBytes => Interlocked.Read(ref _allocatedBytes);

    /// <summary>A buffer that holds a copy of the given elements.</summary>
    public DeviceBuffer<T> Upload<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        DeviceBuffer<T> buffer = Allocate<T>(source.Length);
        buffer.CopyFrom(source);
        return buffer;
    }

    /// <summary>Lends memory of the host to kernels without a copy; only where <see cref="SharesHostMemory"/>.</summary>
    /// <param name="pointer">Memory that stays valid and in place as long as the buffer is used; any alignment.</param>
    /// <param name="length">Elements.</param>
    /// <exception cref="DeviceException">The device has memory of its own.</exception>
    public virtual unsafe DeviceBuffer<T> Borrow<T>(T* pointer, long length)
        where T : unmanaged =>
        throw new DeviceException($"'{Info.Id}' has memory of its own: copy with Upload instead of lending.");

    /// <summary>destination[i] = op()</summary>
    public void Generate<TOp>(DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IGenerate
    {
        Check(destination);
        GenerateCore(destination, op);
    }

    /// <summary>destination[i] = op(source[i], sample i), with samples from a counter stream.</summary>
    /// <param name="source">May be the destination.</param>
    /// <param name="destination">As long as the source, at most 2³⁶ − 256·firstTile elements.</param>
    /// <param name="op">Kernel with its stream.</param>
    /// <param name="firstTile">The stream's tile of 256 elements that element 0 meets, for vectors processed piece by piece.</param>
    public void Sample<TOp>(DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile = 0)
        where TOp : unmanaged, ISample
    {
        Check(destination);
        Check(source, destination, nameof(source));
        Throw.IfNotInRange(firstTile, 0, (1L << 28) - 1);
        Throw.IfNotInRange(destination.Length, 0, (1L << 36) - (256 * firstTile));
        SampleCore(source, destination, op, firstTile);
    }

    /// <summary>destination[i] = op(x[i])</summary>
    public void Map<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IMap1
    {
        Check(destination);
        Check(x, destination, nameof(x));
        MapCore(x, destination, op);
    }

    /// <summary>destination[i] = op(x[i], y[i])</summary>
    public void Map<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IMap2
    {
        Check(destination);
        Check(x, destination, nameof(x));
        Check(y, destination, nameof(y));
        MapCore(x, y, destination, op);
    }

    /// <summary>One number from x, in the order of <see cref="Numerics.ReductionTree"/>; 0 for an empty vector.</summary>
    public double Reduce<TOp>(DeviceBuffer<float> x, TOp op)
        where TOp : unmanaged, IReduce1
    {
        Check(x);
        return x.Length == 0 ? 0 : ReduceCore(x, op);
    }

    /// <summary>One number from x and y, in the order of <see cref="Numerics.ReductionTree"/>; 0 for empty vectors.</summary>
    public double Reduce<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y, TOp op)
        where TOp : unmanaged, IReduce2
    {
        Check(x);
        Check(y);
        Throw.IfLengthsDiffer(x.Length, y.Length, nameof(x), nameof(y));
        return x.Length == 0 ? 0 : ReduceCore(x, y, op);
    }

    /// <summary>integers[i] += op(x[i])</summary>
    public void Accumulate<TOp>(DeviceBuffer<float> x, DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        Check(x);
        Check(integers);
        Throw.IfLengthsDiffer(integers.Length, x.Length, nameof(integers), nameof(x));
        RefuseAnyOverlap(x, integers, nameof(x));
        AccumulateCore(x, integers, op);
    }

    /// <summary>destination[i] = float32(op(integers[i]))</summary>
    public void Resolve<TOp>(DeviceBuffer<long> integers, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IResolve
    {
        Check(integers);
        Check(destination);
        Throw.IfLengthsDiffer(integers.Length, destination.Length, nameof(integers), nameof(destination));
        RefuseAnyOverlap(integers, destination, nameof(integers));
        ResolveCore(integers, destination, op);
    }

    /// <summary>Waits until every kernel has ended.</summary>
    public virtual void Synchronize()
    {
    }

    /// <summary>Frees what the device holds; its buffers become invalid.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the device holds.</summary>
    /// <param name="disposing">False when the finalizer calls.</param>
    protected abstract void Dispose(bool disposing);

    private protected abstract DeviceBuffer<T> AllocateCore<T>(long length)
        where T : unmanaged;

    private protected abstract void GenerateCore<TOp>(DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IGenerate;

    private protected abstract void SampleCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile)
        where TOp : unmanaged, ISample;

    private protected abstract void MapCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IMap1;

    private protected abstract void MapCore<TOp>(
        DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IMap2;

    private protected abstract double ReduceCore<TOp>(DeviceBuffer<float> x, TOp op)
        where TOp : unmanaged, IReduce1;

    private protected abstract double ReduceCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y, TOp op)
        where TOp : unmanaged, IReduce2;

    private protected abstract void AccumulateCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate;

    private protected abstract void ResolveCore<TOp>(DeviceBuffer<long> integers, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IResolve;

    private static long Bytes<T>(DeviceBuffer<T> buffer)
        where T : unmanaged => buffer.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    private void Check<T>(
        DeviceBuffer<T> buffer, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(buffer))] string name = "")
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer, name);
        if (!ReferenceEquals(buffer.Device, this))
        {
            Throw.ForeignBuffer(name, Info.Id);
        }
    }

    private void Check(DeviceBuffer<float> source, DeviceBuffer<float> destination, string name)
    {
        Check(source, name);
        Throw.IfLengthsDiffer(destination.Length, source.Length, nameof(destination), name);
        if (source.StartInBytes != destination.StartInBytes)
        {
            RefuseAnyOverlap(source, destination, name);
        }
    }

    private static void RefuseAnyOverlap<TSource, TDestination>(
        DeviceBuffer<TSource> source, DeviceBuffer<TDestination> destination, string name)
        where TSource : unmanaged
        where TDestination : unmanaged
    {
        if (ReferenceEquals(source.Storage, destination.Storage)
            && source.StartInBytes < destination.StartInBytes + Bytes(destination)
            && destination.StartInBytes < source.StartInBytes + Bytes(source))
        {
            Throw.Overlap(name);
        }
    }
}
