// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>max |x| and Σ x² of decoded values, window by window where a quantizer can decode a window.</summary>
internal static class DecodedMeasure
{
    private const long Window = 1 << 20;

    public static (double Largest, double SquaredNorm) ByWindows(Quantizer quantizer, EncodedValues encoded, SharedSeed? seed)
    {
        // A rotation mixes all values: those are decoded whole.
        long unit = quantizer.WindowUnit;
        long window = unit == 0 ? encoded.Length : Math.Min(encoded.Length, Math.Max(1, Window / unit) * unit);
        double largest = 0, sum = 0, lost = 0;
        using DeviceBuffer<float> scratch = encoded.Codes.Device.Allocate<float>(window);
        for (long start = 0; start < encoded.Length; start += window)
        {
            long length = Math.Min(window, encoded.Length - start);
            DeviceBuffer<float> part = scratch.Slice(0, length);
            quantizer.Decode(length == encoded.Length ? encoded : quantizer.Slice(encoded, start, length), part, seed);
            largest = Math.Max(largest, part.Device.Reduce(part, default(FiniteMaxAbs)));
            // Compensated: the windows of a long vector are many.
            double term = part.Device.Reduce(part, default(SquaredL2Norm)) - lost, next = sum + term;
            (lost, sum) = (next - sum - term, next);
        }

        return (largest, double.IsInfinity(largest) ? double.PositiveInfinity : sum);
    }
}
