// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression;

/// <summary>Refuses what cannot be encoded.</summary>
internal static class FiniteValues
{
    private const int Window = 1 << 16;

    /// <summary>One pass if all is well; only an error looks for the place.</summary>
    /// <exception cref="ProtocolException">A value is NaN or infinite: the first is named.</exception>
    public static void Require(DeviceBuffer<float> values)
    {
        if (double.IsInfinity(values.Device.Reduce(values, default(FiniteMaxAbs))))
        {
            throw First(values);
        }
    }

    private static ProtocolException First(DeviceBuffer<float> values)
    {
        var window = new float[(int)Math.Min(Window, values.Length)];
        for (long start = 0; ; start += Window)
        {
            Span<float> part = window.AsSpan(0, (int)Math.Min(Window, values.Length - start));
            values.CopyTo(part, start);
            for (int i = 0; i < part.Length; i++)
            {
                if (!float.IsFinite(part[i]))
                {
                    return new ProtocolException($"Value {start + i} of the update is {part[i]}; every value must be finite.");
                }
            }
        }
    }
}
