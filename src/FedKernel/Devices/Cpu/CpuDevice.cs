// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

/// <summary>The processor: SIMD loops on a fixed set of threads. Needs no package and runs under NativeAOT.</summary>
/// <remarks>The width of the registers and the number of threads change the speed, never a bit of a result.</remarks>
public sealed partial class CpuDevice : Device
{
    // Elements of a chunk: a multiple of the reduction block and of the sample tile, and small enough for the L2 cache.
    internal const long Chunk = 16 * ReductionTree.Block;

    private readonly ForkJoinPool _pool;
    private readonly SimdWidth _width;
    private bool _disposed;

    /// <summary>Opens the processor.</summary>
    /// <param name="width">Register width; the widest that the hardware has if null.</param>
    /// <param name="threadCount">Threads, 1 to 1024; one for each processor that the process may use if null.</param>
    /// <exception cref="DeviceException">The hardware has no such width.</exception>
    public CpuDevice(SimdWidth? width = null, int? threadCount = null)
    {
        _width = width ?? SimdWidths.Available[0];
        if (!SimdWidths.Available.Contains(_width))
        {
            throw new DeviceException(
                $"This processor does not accelerate '{_width}'; it has {string.Join(", ", SimdWidths.Available)}.");
        }

        int threads = threadCount ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(threadCount));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024, nameof(threadCount));
        _pool = new ForkJoinPool(threads);
        Info = Describe(width, threads);
    }

    /// <inheritdoc/>
    public override DeviceInfo Info { get; }

    /// <summary>Bits of the registers in use.</summary>
    public SimdWidth Width => _width;

    /// <inheritdoc/>
    public override bool SharesHostMemory => true;

    /// <inheritdoc/>
    public override unsafe DeviceBuffer<T> Borrow<T>(T* pointer, long length)
    {
        Throw.IfNotInRange(length, 0, long.MaxValue / 8);
        if (pointer == null && length > 0)
        {
            throw new ArgumentNullException(nameof(pointer));
        }

        return CpuBuffer<T>.Borrow(this, pointer, length);
    }

    /// <summary>What such a device says of itself, without opening it.</summary>
    internal static DeviceInfo Describe(SimdWidth? width, int? threadCount)
    {
        SimdWidth actual = width ?? SimdWidths.Available[0];
        int threads = threadCount ?? Environment.ProcessorCount;
        bool scalar = actual == SimdWidth.Scalar;
        string bits = scalar ? "scalar" : ((int)actual).ToString(CultureInfo.InvariantCulture);
        return new DeviceInfo(
            width is null ? "cpu" : $"cpu:{bits}",
            DeviceKind.Cpu,
            ProcessorName.Read(),
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            $"{(scalar ? "scalar" : bits + "-bit SIMD")}, {threads} thread{(threads == 1 ? "" : "s")}");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            _pool.Dispose();
        }
    }

    private protected override DeviceBuffer<T> AllocateCore<T>(long length) => CpuBuffer<T>.Allocate(this, length);

    private static unsafe T* Pointer<T>(DeviceBuffer<T> buffer)
        where T : unmanaged
    {
        T* pointer = ((CpuBuffer<T>)buffer).Pointer;
        ObjectDisposedException.ThrowIf(pointer == null && buffer.Length > 0, buffer);
        return pointer;
    }

    private void Run<TLoop>(TLoop loop, long length, long chunk = Chunk)
        where TLoop : unmanaged, ILoop
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long chunks = (length + chunk - 1) / chunk;
        switch (_width)
        {
            case SimdWidth.Bits512:
                var at512 = new AtWidth<TLoop, Simd512Lane, Simd512Word, Simd512Wide, Simd512Long>(loop);
                _pool.Run(ref at512, chunks);
                break;
            case SimdWidth.Bits256:
                var at256 = new AtWidth<TLoop, Simd256Lane, Simd256Word, Simd256Wide, Simd256Long>(loop);
                _pool.Run(ref at256, chunks);
                break;
            case SimdWidth.Bits128:
                var at128 = new AtWidth<TLoop, Simd128Lane, Simd128Word, Simd128Wide, Simd128Long>(loop);
                _pool.Run(ref at128, chunks);
                break;
            default:
                var scalar = new AtWidth<TLoop, ScalarLane, ScalarWord, ScalarWide, ScalarLong>(loop);
                _pool.Run(ref scalar, chunks);
                break;
        }
    }
}
