// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
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
    private readonly PrimaryContext? _primary;
    private readonly int _group;
    private bool _disposed;

    internal IlgpuDevice(DeviceInfo info, Context context, Accelerator accelerator, PrimaryContext? primary = null)
    {
        Info = info;
        _context = context;
        _accelerator = accelerator;
        _primary = primary;
        _compiler = new KernelCompiler(accelerator, info.Id);
        _group = Math.Min(PreferredGroup, accelerator.MaxNumThreadsPerGroup);
        MostGroups = GridSize.MostGroups(accelerator);
    }

    /// <inheritdoc/>
    public override DeviceInfo Info { get; }

    /// <summary>The largest grid, in groups: what is more work goes on in steps of the grid. <see cref="GridSize"/> has the default.</summary>
    internal int MostGroups { get; set; }

    /// <inheritdoc/>
    public override void Synchronize() => Guarded(0, static (device, _) => device.Stream.Synchronize());

    private AcceleratorStream Stream => _accelerator.DefaultStream;

    /// <summary>Zeroed memory of whole 16-byte packs, at least one.</summary>
    internal MemoryBuffer AllocatePacks(UInt128 bytes)
    {
        lock (_gate)
        {
            nint before = Enter();
            MemoryBuffer? memory = null;
            try
            {
                long packs = checked((long)(bytes + 15)) / 16;
                memory = _accelerator.AllocateRaw(Math.Max(1, packs), 16);
                // Drivers of OpenCL allocate on first use: too large a buffer shows here.
                memory.MemSet(Stream, 0, 0, memory.LengthInBytes);
                Stream.Synchronize();
                return memory;
            }
            catch (Exception e) when (e is AcceleratorException or OutOfMemoryException or OverflowException)
            {
                memory?.Dispose();
                throw new DeviceException($"No memory for {bytes} bytes on '{Info.Id}': {e.Message}", e);
            }
            finally
            {
                Leave(before);
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
                nint before = Enter();
                try
                {
                    memory.Dispose();
                }
                finally
                {
                    Leave(before);
                }
            }
        }
    }

    internal unsafe void Upload<T>(ReadOnlySpan<T> source, MemoryBuffer memory, long start)
        where T : unmanaged
    {
        fixed (T* pointer = source)
        {
            Guarded(
                (From: (nint)pointer, memory, Offset: start * sizeof(T), Bytes: (long)source.Length * sizeof(T)),
                static (device, s) => HostCopy.ToDevice(device.Stream, (void*)s.From, Alive(s.memory), s.Offset, s.Bytes));
        }
    }

    internal unsafe void Download<T>(MemoryBuffer memory, long start, Span<T> destination)
        where T : unmanaged
    {
        fixed (T* pointer = destination)
        {
            Guarded(
                (To: (nint)pointer, memory, Offset: start * sizeof(T), Bytes: (long)destination.Length * sizeof(T)),
                static (device, s) => HostCopy.ToHost(device.Stream, Alive(s.memory), s.Offset, (void*)s.To, s.Bytes));
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
                if (_primary is null)
                {
                    _accelerator.Bind();
                    _accelerator.Dispose();
                }
                else
                {
                    _primary.Dispose();
                }

                _context.Dispose();
            }
        }
    }

    private protected override DeviceBuffer<T> AllocateCore<T>(long length) => IlgpuBuffer<T>.Allocate(this, length);

    /// <summary>Does what talks to the driver: one thread at a time, in the driver's context, with errors that name the device.</summary>
    /// <remarks>The action is static and gets what it needs, so that no call allocates a closure.</remarks>
    private void Guarded<TState>(TState state, Action<IlgpuDevice, TState> action)
        where TState : allows ref struct
    {
        lock (_gate)
        {
            nint before = Enter();
            try
            {
                action(this, state);
            }
            catch (AcceleratorException e)
            {
                throw new DeviceException($"'{Info.Id}' ({Info.Name}) failed: {e.Message}", e);
            }
            finally
            {
                Leave(before);
            }
        }
    }

    /// <returns>What <see cref="Leave"/> puts back.</returns>
    private nint Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _accelerator.Bind();

        // ILGPU remembers what it bound on this thread; the host may have changed it since.
        return _primary?.Enter() ?? 0;
    }

    private void Leave(nint before) => _primary?.Leave(before);

    /// <summary>A grid for so many steps: a thread for each, as far as the device wants so many.</summary>
    private KernelConfig Grid(long steps, int most = int.MaxValue) =>
        new((int)Math.Min(Math.Min(MostGroups, most), (steps + _group - 1) / _group), _group);

    /// <summary>The 16-byte packs that n elements of all these windows have: none unless every window starts on a pack.</summary>
    private static long Quads(long n, IlgpuBuffer<float> a, IlgpuBuffer<float> b, IlgpuBuffer<float> c) =>
        ((a.Start | b.Start | c.Start) & 3) == 0 ? n / 4 : 0;

    private static MemoryBuffer Alive(MemoryBuffer memory)
    {
        ObjectDisposedException.ThrowIf(memory.IsDisposed, memory);
        return memory;
    }

    private static IlgpuBuffer<T> Own<T>(DeviceBuffer<T> buffer)
        where T : unmanaged => (IlgpuBuffer<T>)buffer;
}
