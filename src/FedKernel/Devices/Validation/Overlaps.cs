// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>Windows that share some elements but are not the same.</summary>
internal static class Overlaps
{
    /// <summary>Both directions of a shift by one element must be refused, and must leave the memory as it was.</summary>
    public static void Refused(
        KernelTrial trial, GuardedBuffer<float> buffer, Action<DeviceBuffer<float>, DeviceBuffer<float>> launch)
    {
        if (trial.Length < 2)
        {
            return;
        }

        float[] before = buffer.Read(out _);
        DeviceBuffer<float> lower = buffer.Window.Slice(0, trial.Length - 1);
        DeviceBuffer<float> upper = buffer.Window.Slice(1, trial.Length - 1);
        if (trial.Length > 2)
        {
            trial.RequireRefusal(() => launch(lower, upper));
            trial.RequireRefusal(() => launch(upper, lower));
        }

        trial.RequireUnchanged(before, buffer);
    }
}
