// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void PackCore(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits) =>
        RunPack(words, codes, bits, PackDriver.Pack);

    private protected override void UnpackCore(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits) =>
        RunPack(words, codes, bits, PackDriver.Unpack);

    private void RunPack(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits, Delegate driver) =>
        Guarded((Words: Own(words), Codes: Own(codes), bits, driver), static (device, s) =>
        {
            long groups = (s.Words.Length + 7) / 8;
            if (groups > 0)
            {
                var start = device._compiler.Load<PackDriver.Launcher<uint>>(s.driver);
                start(
                    device.Stream, device.Grid(groups), s.Words.Whole<uint>(), s.Codes.Whole<byte>(), s.Words.Start, s.Codes.Start,
                    s.bits, s.Words.Length);
            }
        });
}
