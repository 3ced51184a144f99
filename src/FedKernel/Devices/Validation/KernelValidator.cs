// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>
/// Runs every kernel of a list on a device and compares each result with a plain reference on the host, which shares no code
/// with lanes, drivers and devices.
/// </summary>
public static class KernelValidator
{
    /// <summary>Validates a device.</summary>
    /// <param name="device">Where to run.</param>
    /// <param name="options">What to run; everything by default.</param>
    /// <param name="onReport">Called after each kernel, for a progress bar.</param>
    /// <returns>One report for each kernel, in the order of the list.</returns>
    public static IReadOnlyList<KernelReport> Run(
        Device device, KernelValidationOptions? options = null, Action<KernelReport>? onReport = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        options ??= new KernelValidationOptions();
        var reports = new List<KernelReport>();
        foreach (KernelCase kernel in options.Cases)
        {
            KernelReport report = RunOne(device, kernel, options);
            reports.Add(report);
            onReport?.Invoke(report);
        }

        return reports;
    }

    private static KernelReport RunOne(Device device, KernelCase kernel, KernelValidationOptions options)
    {
        using var tally = new KernelTally(kernel.MaxUlp);
        foreach (int length in options.Lengths)
        {
            Throw.IfNotInRange(length, 0, Array.MaxLength / 2);
            try
            {
                foreach (int offset in options.Offsets.DefaultIfEmpty(length % KernelTrial.OffsetCount))
                {
                    Throw.IfNotInRange(offset, 0, KernelTrial.OffsetCount - 1);
                    kernel.Run(new KernelTrial(device, length, offset, options.Seed, tally));
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whatever a driver throws is a finding about this kernel; the others still deserve their turn.
                tally.Fail($"length {length}: {e.GetType().Name}: {e.Message}");
                break;
            }
        }

        return tally.Report(kernel, device);
    }
}
