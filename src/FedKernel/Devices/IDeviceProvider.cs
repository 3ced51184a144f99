// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

/// <summary>A package that brings devices.</summary>
public interface IDeviceProvider
{
    /// <summary>What it found and what it missed. Never throws for a device that is not there.</summary>
    IReadOnlyList<DeviceCandidate> Find();
}
