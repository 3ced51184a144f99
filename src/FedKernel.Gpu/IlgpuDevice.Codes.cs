// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void PackCore(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits) =>
        Guarded((Words: Own(words), Codes: Own(codes), bits), static (device, s) =>
        {
            long groups = (s.Words.Length + 7) / 8;
            if (groups > 0)
            {
                var start = device._compiler.Load<CodesDriver.PackLauncher>(CodesDriver.Pack);
                start(
                    device.Stream, device.Grid(groups), s.Words.Whole<uint>(), s.Codes.Whole<byte>(), s.Words.Start, s.Codes.Start,
                    s.bits, s.Words.Length);
            }
        });

    private protected override void UnpackCore(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits) =>
        Guarded((Words: Own(words), Codes: Own(codes), bits), static (device, s) =>
        {
            long groups = (s.Words.Length + 7) / 8;
            if (groups > 0)
            {
                var start = device._compiler.Load<CodesDriver.PackLauncher>(CodesDriver.Unpack);
                start(
                    device.Stream, device.Grid(groups), s.Words.Whole<uint>(), s.Codes.Whole<byte>(), s.Words.Start, s.Codes.Start,
                    s.bits, s.Words.Length);
            }
        });

    private protected override void FindLevelsCore(
        DeviceBuffer<float> values, DeviceBuffer<float> boundaries, DeviceBuffer<uint> codes) =>
        Guarded((Values: Own(values), Book: Own(boundaries), Codes: Own(codes)), static (device, s) =>
        {
            if (s.Values.Length > 0)
            {
                var start = device._compiler.Load<CodesDriver.LevelsLauncher>(CodesDriver.FindLevels);
                start(
                    device.Stream, device.Grid(s.Values.Length), s.Values.Whole<float>(), s.Book.Whole<float>(), s.Codes.Whole<uint>(),
                    s.Values.Start, s.Book.Start, s.Codes.Start, (int)s.Book.Length + 1, s.Values.Length);
            }
        });

    private protected override void TakeLevelsCore(
        DeviceBuffer<uint> codes, DeviceBuffer<float> magnitudes, DeviceBuffer<float> destination) =>
        Guarded((Values: Own(destination), Book: Own(magnitudes), Codes: Own(codes)), static (device, s) =>
        {
            if (s.Values.Length > 0)
            {
                var start = device._compiler.Load<CodesDriver.LevelsLauncher>(CodesDriver.TakeLevels);
                start(
                    device.Stream, device.Grid(s.Values.Length), s.Values.Whole<float>(), s.Book.Whole<float>(), s.Codes.Whole<uint>(),
                    s.Values.Start, s.Book.Start, s.Codes.Start, (int)s.Book.Length, s.Values.Length);
            }
        });
}
