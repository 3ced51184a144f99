// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression;

/// <summary>Refuses what cannot be encoded.</summary>
internal static class FiniteValues
{
    private const int Window = 1 << 16;

    /// <summary>One pass if all is well; only an error looks for the place.</summary>
    /// <param name="values">What is looked at.</param>
    /// <param name="first">Which value of the update the first one is.</param>
    /// <exception cref="ProtocolException">A value is NaN or infinite: the first is named.</exception>
    public static void Require(DeviceBuffer<float> values, long first = 0)
    {
        if (double.IsInfinity(values.Device.Reduce(values, default(FiniteMaxAbs))))
        {
            throw First(values, first);
        }
    }

    private static ProtocolException First(DeviceBuffer<float> values, long first)
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
                    return new ProtocolException($"Value {first + start + i} of the update is {part[i]}; every value must be finite.");
                }
            }
        }
    }
}
