// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.CompilerServices;
using FedKernel.Devices;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    /// <summary>Lends device memory of the host process to kernels, without a copy.</summary>
    /// <remarks>
    /// On CUDA: any address in the GPU's primary context, where the CUDA runtime, PyTorch and CuPy have theirs. Kernels run on the
    /// legacy default stream, so they follow what the host put on that stream; for another stream the host synchronizes. Written
    /// from the driver's documentation, tested against a stand-in for the driver and not yet run on a GPU. On ILGPU's CPU device:
    /// any address of the process. Memory off a multiple of 16 bytes is slower.
    /// </remarks>
    /// <param name="address">The first element, a multiple of the element's size. It stays the caller's, who keeps it valid as
    /// long as the buffer is used and frees it after a <see cref="Synchronize"/>.</param>
    /// <param name="length">Elements.</param>
    /// <exception cref="ArgumentException">The address is not aligned, or not of this GPU.</exception>
    /// <exception cref="DeviceException">The device is one of OpenCL: a cl_mem belongs to the context of the host.</exception>
    public DeviceBuffer<T> Wrap<T>(nint address, long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue / 16);
        if (Info.Kind == DeviceKind.OpenCl)
        {
            throw new DeviceException($"'{Info.Id}' cannot use memory of another OpenCL context: copy with Upload.");
        }

        string text = "0x" + address.ToString("x", CultureInfo.InvariantCulture);
        if (address == 0 && length > 0)
        {
            throw new ArgumentNullException(nameof(address));
        }

        if (address % Unsafe.SizeOf<T>() != 0)
        {
            throw new ArgumentException($"Address {text} must be a multiple of {Unsafe.SizeOf<T>()}, the size of an element.", nameof(address));
        }

        lock (_gate)
        {
            nint before = Enter();
            try
            {
                if (length > 0 && _primary is not null && !_primary.Owns(address))
                {
                    throw new ArgumentException($"Address {text} is no memory of '{Info.Id}'.", nameof(address));
                }

                // A view starts on 16 bytes, as the compilers take for granted; what lies before the address is never touched.
                nint start = address & ~(nint)15;
                var memory = new ForeignMemory(_accelerator, start, (address - start) + (length * Unsafe.SizeOf<T>()));
                return IlgpuBuffer<T>.Wrap(this, memory, (address - start) / Unsafe.SizeOf<T>(), length);
            }
            finally
            {
                Leave(before);
            }
        }
    }

    /// <summary>Lends the memory of a tensor in DLPack's shape to kernels, without a copy, as a vector in row-major order.</summary>
    /// <inheritdoc cref="Wrap{T}(nint, long)" path="/remarks"/>
    /// <exception cref="ArgumentException">The tensor is not compact, not of <typeparamref name="T"/>, or not of this device.</exception>
    /// <exception cref="DeviceException">The device is one of OpenCL: a cl_mem belongs to the context of the host.</exception>
    public DeviceBuffer<T> Wrap<T>(DlpackTensor tensor)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        (DlpackTypeCode code, int bits) = DlpackType.Of<T>();
        if (tensor.TypeCode != code || tensor.Bits != bits || tensor.Lanes != 1)
        {
            throw new ArgumentException(
                $"The tensor has elements of {tensor.TypeCode}, {tensor.Bits} bits, {tensor.Lanes} lanes; {typeof(T).Name} is {code}, {bits}, 1.",
                nameof(tensor));
        }

        if (tensor.DeviceType != PlaceOfMemory || tensor.DeviceId != DeviceNumber)
        {
            throw new ArgumentException(
                $"The tensor lies on {tensor.DeviceType} {tensor.DeviceId}, '{Info.Id}' is {PlaceOfMemory} {DeviceNumber}.", nameof(tensor));
        }

        if (tensor.Strides is not null && tensor.Strides.Count != tensor.Shape.Count)
        {
            throw new ArgumentException(
                $"The tensor has {tensor.Strides.Count} strides for {tensor.Shape.Count} extents.", nameof(tensor));
        }

        return tensor.IsCompact
            ? Wrap<T>(checked(tensor.Data + (nint)tensor.ByteOffset), tensor.Length)
            : throw new ArgumentException(
                $"The tensor has strides {string.Join(", ", tensor.Strides!)}: only compact row-major ones are lent.", nameof(tensor));
    }

    /// <summary>A buffer in DLPack's shape, for a host that reads or writes the memory without a copy.</summary>
    /// <remarks>
    /// Call <see cref="Synchronize"/> before the host uses it on another stream than the legacy default one; the memory is valid
    /// as long as the buffer. On OpenCL the data is a cl_mem, whose context is the device's.
    /// </remarks>
    /// <param name="buffer">A buffer of this device.</param>
    /// <param name="shape">Extents whose product is the buffer's length; one extent, the length, if none is given.</param>
    /// <exception cref="ArgumentException">The buffer is of another device, or the extents do not fit.</exception>
    public DlpackTensor Describe<T>(DeviceBuffer<T> buffer, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (!ReferenceEquals(buffer.Device, this))
        {
            Throw.ForeignBuffer(nameof(buffer), Info.Id);
        }

        (DlpackTypeCode code, int bits) = DlpackType.Of<T>();
        IlgpuBuffer<T> own = Own(buffer);
        var tensor = new DlpackTensor
        {
            Data = own.Address,
            DeviceType = PlaceOfMemory,
            DeviceId = DeviceNumber,
            TypeCode = code,
            Bits = bits,
            Shape = shape.IsEmpty ? [buffer.Length] : shape.ToArray(),
            ByteOffset = own.Start * Unsafe.SizeOf<T>(),
        };
        Throw.IfLengthsDiffer(tensor.Length, buffer.Length, nameof(shape), nameof(buffer));
        return tensor;
    }

    private DlpackDeviceType PlaceOfMemory => Info.Kind switch
    {
        DeviceKind.Cuda => DlpackDeviceType.Cuda,
        DeviceKind.OpenCl => DlpackDeviceType.OpenCl,
        _ => DlpackDeviceType.Cpu,
    };

    private int DeviceNumber => Info.Id.Contains(':', StringComparison.Ordinal)
        ? int.Parse(Info.Id.AsSpan(Info.Id.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture)
        : 0;
}
