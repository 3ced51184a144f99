// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void FindLevelsCore(
        DeviceBuffer<float> values, DeviceBuffer<float> boundaries, DeviceBuffer<uint> codes) =>
        RunLevels(values, boundaries, codes, (int)boundaries.Length + 1, LevelsDriver.Find);

    private protected override void TakeLevelsCore(
        DeviceBuffer<uint> codes, DeviceBuffer<float> magnitudes, DeviceBuffer<float> destination) =>
        RunLevels(destination, magnitudes, codes, (int)magnitudes.Length, LevelsDriver.Take);

    private void RunLevels(
        DeviceBuffer<float> values, DeviceBuffer<float> book, DeviceBuffer<uint> codes, int magnitudes, Delegate driver) =>
        Guarded((Values: Own(values), Book: Own(book), Codes: Own(codes), magnitudes, driver), static (device, s) =>
        {
            long n = s.Values.Length;
            if (n > 0)
            {
                var start = device._compiler.Load<LevelsDriver.Launcher>(s.driver);
                start(
                    device.Stream, device.Grid(n), s.Values.Whole<float>(), s.Book.Whole<float>(), s.Codes.Whole<uint>(),
                    s.Values.Start, s.Book.Start, s.Codes.Start, s.magnitudes, n);
            }
        });
}
