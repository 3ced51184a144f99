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

    /// <summary>The same for x + y as float32, which must not exceed a limit either.</summary>
    /// <param name="x">d values.</param>
    /// <param name="y">d values.</param>
    /// <param name="limit">The largest magnitude that is let pass.</param>
    /// <exception cref="ProtocolException">A sum is not: the first is named.</exception>
    public static void RequireSum(DeviceBuffer<float> x, DeviceBuffer<float> y, float limit)
    {
        if (!(x.Device.Reduce(x, y, default(FiniteMaxAbsOfSum)) > limit))
        {
            return;
        }

        var window = new float[(int)Math.Min(Window, x.Length)];
        var other = new float[window.Length];
        for (long start = 0; ; start += Window)
        {
            int count = (int)Math.Min(Window, x.Length - start);
            x.CopyTo(window.AsSpan(0, count), start);
            y.CopyTo(other.AsSpan(0, count), start);
            for (int i = 0; i < count; i++)
            {
                // Written so that NaN fails.
                if (!(Math.Abs(window[i] + other[i]) <= limit))
                {
                    throw new ProtocolException(
                        $"Value {start + i} of the update is {window[i]}, with its error so far {window[i] + other[i]}; every value must be finite and at most {limit}.");
                }
            }
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
