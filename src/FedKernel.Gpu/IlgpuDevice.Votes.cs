// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void CountVotesCore(
        DeviceBuffer<uint> rows, DeviceBuffer<uint> planes, int planeCount, long words) =>
        Guarded((Rows: Own(rows), Planes: Own(planes), planeCount, words), static (device, s) =>
        {
            if (s.words > 0)
            {
                var start = device._compiler.Load<VoteDriver.CountLauncher>(VoteDriver.Count);
                start(
                    device.Stream, device.Grid(s.words), s.Rows.Whole<uint>(), s.Planes.Whole<uint>(),
                    s.Rows.Start, s.Planes.Start, s.planeCount, s.words);
            }
        });

    private protected override void DecideVotesCore(
        DeviceBuffer<uint> planes, int planeCount, int threshold, DeviceBuffer<uint> destination) =>
        Guarded((Planes: Own(planes), planeCount, threshold, Destination: Own(destination)), static (device, s) =>
        {
            long words = s.Destination.Length;
            if (words > 0)
            {
                var start = device._compiler.Load<VoteDriver.DecideLauncher>(VoteDriver.Decide);
                start(
                    device.Stream, device.Grid(words), s.Planes.Whole<uint>(), s.Destination.Whole<uint>(),
                    s.Planes.Start, s.Destination.Start, s.planeCount, s.threshold, words);
            }
        });
}
