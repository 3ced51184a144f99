// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation.Faults;

public sealed partial class FaultyDevice
{
    private protected override void CountVotesCore(
        DeviceBuffer<uint> rows, DeviceBuffer<uint> planes, int planeCount, long words) =>
        Spoil(planes, () => _inner.CountVotes(Inner(rows), Inner(planes), planeCount));

    private protected override void DecideVotesCore(
        DeviceBuffer<uint> planes, int planeCount, int threshold, DeviceBuffer<uint> destination) =>
        Spoil(destination, () => _inner.DecideVotes(Inner(planes), planeCount, threshold, Inner(destination)));
}
