// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation.Faults;

/// <summary>A buffer of the device inside a <see cref="FaultyDevice"/>, as one of the faulty device.</summary>
internal sealed class FaultyBuffer<T>(FaultyDevice device, DeviceBuffer<T> inner) : DeviceBuffer<T>(device, inner.Length)
    where T : unmanaged
{
    public DeviceBuffer<T> Inner { get; } = inner;

    internal override object Storage => Inner.Storage;

    internal override long StartInBytes => Inner.StartInBytes;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }
    }

    private protected override DeviceBuffer<TOther> ReinterpretCore<TOther>() =>
        new FaultyBuffer<TOther>((FaultyDevice)Device, Inner.Reinterpret<TOther>());

    private protected override DeviceBuffer<T> SliceCore(long start, long length) =>
        new FaultyBuffer<T>((FaultyDevice)Device, Inner.Slice(start, length));

    private protected override void CopyFromCore(ReadOnlySpan<T> source, long start) => Inner.CopyFrom(source, start);

    private protected override void CopyToCore(Span<T> destination, long start) => Inner.CopyTo(destination, start);
}
