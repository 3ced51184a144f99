// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Limits;

/// <summary>The limits of a device with memory of its own: what the copy of its driver reaches, and the link to the host.</summary>
internal static class DeviceLimits
{
    /// <summary>The copy within the device, as the limit of all traffic.</summary>
    public static (LimitDescription Description, TimedCase Work) Copy(BenchData data)
    {
        var device = (IlgpuDevice)data.Device;
        DeviceRows<float> target = data.CreateTarget<float>();
        DeviceBuffer<float> source = data.Rows.Buffer;
        var check = new VectorCheck<float>(target.Buffer, data.Period, float.NaN, (v, i, _) => v == data.Tile(0)[i]);
        return (
            new LimitDescription("limit.device_copy", 8.0 * data.Length, Enum.GetValues<Traffic>(), OneThread: false),
            new DelegateCase("limit.device_copy", () => device.CopyByDriver(source, target.Buffer), check.Spoil, check.Check)
            { OnFinish = device.Synchronize });
    }

    /// <summary>Copies from the host and back, as cases of their own.</summary>
    public static IEnumerable<BenchCase> Transfers(BenchData data)
    {
        var host = new float[(int)Math.Min(data.Length, 1 << 24)];
        DeviceBuffer<float> buffer = data.Own(data.Device.Allocate<float>(host.Length));
        yield return Transfer("transfer_to_device", "copy from the host", () => buffer.CopyFrom(host));
        yield return Transfer("transfer_to_host", "copy to the host", () => buffer.CopyTo(host));

        BenchCase Transfer(string name, string title, Action invoke) => new(
            new CaseDescription(name, title) { Elements = host.Length, BytesPerElement = 4, Note = "link to the host" },
            new DelegateCase(name, invoke) { OnFinish = data.Device.Synchronize },
            []);
    }
}
