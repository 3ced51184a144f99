// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using ILGPU;
using ILGPU.Runtime;
using Device = FedKernel.Devices.Device;

namespace FedKernel.Gpu;

/// <summary>A device behind ILGPU: an NVIDIA GPU, a device of OpenCL, or ILGPU's CPU device, which is an oracle for tests.</summary>
/// <remarks>
/// Kernels run in the order of the calls and in the background; a copy to the host waits for them. The device serializes calls
/// from several threads. <see cref="IlgpuDeviceProvider"/> finds and opens devices.
/// </remarks>
public sealed partial class IlgpuDevice : Device
{
    private const int PreferredGroup = 256;

    private readonly Lock _gate = new();
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly KernelCompiler _compiler;
    private readonly int _group;
    private bool _disposed;

    internal IlgpuDevice(DeviceInfo info, Context context, Accelerator accelerator)
    {
        Info = info;
        _context = context;
        _accelerator = accelerator;
        _compiler = new KernelCompiler(accelerator, info.Id);
        _group = Math.Min(PreferredGroup, accelerator.MaxNumThreadsPerGroup);
    }

    /// <inheritdoc/>
    public override DeviceInfo Info { get; }

    /// <summary>Groups of one launch. A larger grid comes in several; tests lower it.</summary>
    internal long MostGroups { get; set; } = 1 << 22;

    /// <inheritdoc/>
    public override void Synchronize() => Guarded(stream => stream.Synchronize());

    /// <summary>Zeroed memory of whole 16-byte packs, at least one.</summary>
    internal MemoryBuffer1D<Float4, Stride1D.Dense> AllocatePacks(UInt128 bytes)
    {
        lock (_gate)
        {
            Enter();
            MemoryBuffer1D<Float4, Stride1D.Dense>? memory = null;
            try
            {
                long packs = checked((long)(bytes + 15)) / 16;
                memory = _accelerator.Allocate1D<Float4>(Math.Max(1, packs));
                // Drivers of OpenCL allocate on first use: too large a buffer shows here.
                memory.MemSetToZero(_accelerator.DefaultStream);
                _accelerator.DefaultStream.Synchronize();
                return memory;
            }
            catch (Exception e) when (e is AcceleratorException or OutOfMemoryException or OverflowException)
            {
                memory?.Dispose();
                throw new DeviceException($"No memory for {bytes} bytes on '{Info.Id}': {e.Message}", e);
            }
        }
    }

    internal void Free(MemoryBuffer memory)
    {
        lock (_gate)
        {
            // The accelerator has freed its buffers when it was disposed.
            if (!_disposed && !memory.IsDisposed)
            {
                _accelerator.Bind();
                memory.Dispose();
            }
        }
    }

    /// <remarks>Pinned here: ILGPU lets go of the memory before the driver has read it, and the collector may move it.</remarks>
    internal unsafe void Upload<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
        where T : unmanaged
    {
        fixed (T* pointer = source)
        {
            T* from = pointer;
            Guarded(stream => destination.CopyFromCPU(stream, ref *from, destination.Length));
        }
    }

    /// <remarks>Pinned here: ILGPU lets go of the memory before the driver has written it, and the collector may move it.</remarks>
    internal unsafe void Download<T>(ArrayView<T> source, Span<T> destination)
        where T : unmanaged
    {
        fixed (T* pointer = destination)
        {
            T* to = pointer;
            Guarded(stream => source.CopyToCPU(stream, ref *to, source.Length));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                _accelerator.Bind();
                _accelerator.Dispose();
                _context.Dispose();
            }
        }
    }

    private protected override DeviceBuffer<T> AllocateCore<T>(long length) => IlgpuBuffer<T>.Allocate(this, length);

    /// <summary>Does what talks to the driver: one thread at a time, in the driver's context, with errors that name the device.</summary>
    private void Guarded(Action<AcceleratorStream> action)
    {
        lock (_gate)
        {
            Enter();
            try
            {
                action(_accelerator.DefaultStream);
            }
            catch (AcceleratorException e)
            {
                throw new DeviceException($"'{Info.Id}' ({Info.Name}) failed: {e.Message}", e);
            }
        }
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _accelerator.Bind();
    }

    /// <summary>The launches that give the work [begin, end) one thread each.</summary>
    /// <remarks>ILGPU multiplies groups and group size as int32 for OpenCL: no launch may have 2³¹ threads.</remarks>
    private IEnumerable<(KernelConfig Config, long First)> Launches(long begin, long end)
    {
        long most = MostGroups * _group;
        for (long first = begin; first < end; first += most)
        {
            long groups = (Math.Min(most, end - first) + _group - 1) / _group;
            yield return (new KernelConfig((int)groups, _group), first);
        }
    }

    /// <summary>The 16-byte packs that n elements of all these windows have: none unless every window starts on a pack.</summary>
    private static long Quads(long n, params ReadOnlySpan<IlgpuBuffer<float>> windows)
    {
        foreach (IlgpuBuffer<float> window in windows)
        {
            if (window.Start % 4 != 0)
            {
                return 0;
            }
        }

        return n / 4;
    }

    private static IlgpuBuffer<T> Own<T>(DeviceBuffer<T> buffer)
        where T : unmanaged => (IlgpuBuffer<T>)buffer;
}
