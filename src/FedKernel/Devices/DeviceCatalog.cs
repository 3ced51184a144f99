// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

/// <summary>The devices of this machine, and the choice among them. Made once; nothing here is global.</summary>
public sealed class DeviceCatalog
{
    /// <summary>Names a device when the caller does not.</summary>
    public const string EnvironmentVariable = "FEDKERNEL_DEVICE";

    private readonly string? _preferred;

    /// <summary>Asks every provider once.</summary>
    /// <param name="providers">In no order that matters.</param>
    /// <param name="preferred">Id of the device to take by default; <see cref="EnvironmentVariable"/> if null.</param>
    public DeviceCatalog(IEnumerable<IDeviceProvider> providers, string? preferred = null)
    {
        ArgumentNullException.ThrowIfNull(providers);
        Candidates = [.. providers.SelectMany(p => p.Find())];
        string? wanted = preferred ?? Environment.GetEnvironmentVariable(EnvironmentVariable);
        _preferred = string.IsNullOrWhiteSpace(wanted) ? null : wanted.Trim();
    }

    /// <summary>Everything found, and everything looked for in vain.</summary>
    public IReadOnlyList<DeviceCandidate> Candidates { get; }

    /// <summary>The device that <see cref="Open"/> takes, and why.</summary>
    /// <param name="id">Id of a device; the preferred one if null.</param>
    /// <exception cref="DeviceException">No such device, or it cannot be used.</exception>
    public (DeviceCandidate Candidate, string Reason) Choose(string? id = null)
    {
        string? wanted = id ?? _preferred;
        if (wanted is not null)
        {
            return (Find(wanted), id is null ? $"named by {EnvironmentVariable}" : "named by the caller");
        }

        // CUDA beats the processor; an OpenCL device may be slower than it, so it is taken only when it is named.
        DeviceCandidate? cuda = Candidates.FirstOrDefault(c => c.Refusal is null && c.Info.Kind == DeviceKind.Cuda);
        return cuda is not null
            ? (cuda, "a CUDA device has the most memory bandwidth")
            : (Find("cpu"), "no CUDA device; the widest SIMD of the processor is next");
    }

    /// <summary>Opens the device that is chosen. The caller disposes of it.</summary>
    /// <inheritdoc cref="Choose"/>
    public Device Open(string? id = null) => Choose(id).Candidate.Open();

    private DeviceCandidate Find(string id)
    {
        DeviceCandidate? found = Candidates.FirstOrDefault(c => string.Equals(c.Info.Id, id, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            IEnumerable<string> usable = Candidates.Where(c => c.Refusal is null).Select(c => c.Info.Id);
            throw new DeviceException($"There is no device '{id}'; here are: {string.Join(", ", usable)}.");
        }

        return found.Refusal is null ? found : throw new DeviceException($"Device '{found.Info.Id}': {found.Refusal}");
    }
}
