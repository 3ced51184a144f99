// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

/// <summary>A device that was found, or that was looked for in vain, with the reason and the remedy.</summary>
public sealed class DeviceCandidate
{
    private readonly Func<Device>? _open;

    /// <summary>A device that can be opened.</summary>
    /// <param name="info">What it is.</param>
    /// <param name="open">Opens it; the caller disposes of the result.</param>
    public DeviceCandidate(DeviceInfo info, Func<Device> open)
    {
        Info = info;
        _open = open;
    }

    /// <summary>A device that cannot be used.</summary>
    /// <param name="info">What was looked for.</param>
    /// <param name="refusal">Why not, and what to install or set.</param>
    public DeviceCandidate(DeviceInfo info, string refusal)
    {
        Info = info;
        Refusal = refusal;
    }

    /// <summary>What it is.</summary>
    public DeviceInfo Info { get; }

    /// <summary>Why it cannot be used and what to do about it; null if it can.</summary>
    public string? Refusal { get; }

    /// <summary>Opens the device. The caller disposes of it.</summary>
    /// <exception cref="DeviceException">It cannot be used.</exception>
    public Device Open() => _open is null ? throw new DeviceException($"Device '{Info.Id}': {Refusal}") : _open();
}
