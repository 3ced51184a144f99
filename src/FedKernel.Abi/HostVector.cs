// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Abi;

/// <summary>
/// Memory of the host as a vector of a device: lent where the device shares the memory of the host, a copy otherwise.
/// </summary>
internal readonly unsafe ref struct HostVector : IDisposable
{
    // A span holds no more than 2³¹ − 1 elements.
    private const int Window = 1 << 30;

    private readonly float* _host;

    private HostVector(float* host, DeviceBuffer<float> values)
    {
        _host = host;
        Values = values;
    }

    /// <summary>The vector on the device.</summary>
    public DeviceBuffer<float> Values { get; }

    /// <summary>The elements at <paramref name="host"/>, for reading.</summary>
    public static HostVector Read(Device device, float* host, long length)
    {
        HostVector vector = ForWriting(device, host, length);
        if (!device.SharesHostMemory)
        {
            for (long start = 0; start < length; start += Window)
            {
                int count = (int)Math.Min(Window, length - start);
                vector.Values.CopyFrom(new ReadOnlySpan<float>(host + start, count), start);
            }
        }

        return vector;
    }

    /// <summary>Room for the elements at <paramref name="host"/>, whose present values may be lost.</summary>
    public static HostVector ForWriting(Device device, float* host, long length) => new(
        host, device.SharesHostMemory ? device.Borrow(host, length) : device.Allocate<float>(length));

    /// <summary>Brings the elements back to the host, once every kernel has ended.</summary>
    public void WriteBack()
    {
        Device device = Values.Device;
        device.Synchronize();
        if (!device.SharesHostMemory)
        {
            for (long start = 0; start < Values.Length; start += Window)
            {
                int count = (int)Math.Min(Window, Values.Length - start);
                Values.CopyTo(new Span<float>(_host + start, count), start);
            }
        }
    }

    public void Dispose() => Values.Dispose();
}
