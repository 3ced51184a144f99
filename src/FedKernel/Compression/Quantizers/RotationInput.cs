// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>Refuses what cannot be rotated before anything is written.</summary>
internal static class RotationInput
{
    /// <summary>Largest norm of a block, 2¹²⁶: no sum on the way overflows, and nothing that is decoded.</summary>
    public const double LargestNorm = 8.507059173023462e37;

    /// <summary>Looks at every block of source + memory.</summary>
    /// <param name="source">d values.</param>
    /// <param name="memory">d values that are added to them; null for none.</param>
    /// <param name="plan">The blocks.</param>
    /// <param name="scratch">A block.</param>
    /// <exception cref="ProtocolException">NaN or infinity: the index is named; or a norm beyond the largest.</exception>
    public static void Require(DeviceBuffer<float> source, DeviceBuffer<float>? memory, RotationPlan plan, DeviceBuffer<float> scratch)
    {
        for (long b = 0; b < plan.Count; b++)
        {
            long first = b * RotationPlan.Block;
            DeviceBuffer<float> part = source.Slice(first, plan.Used(b));
            if (memory is not null)
            {
                DeviceBuffer<float> sum = scratch.Slice(0, part.Length);
                part.Device.Map(part, memory.Slice(first, part.Length), sum, new Axpy(1));
                part = sum;
            }

            FiniteValues.Require(part, first);
            double norm = Math.Sqrt(part.Device.Reduce(part, default(SquaredL2Norm)));
            if (norm > LargestNorm)
            {
                throw new ProtocolException(
                    $"Values {first} to {first + part.Length - 1} have the Euclidean norm {norm}; it must be at most {LargestNorm}.");
            }
        }
    }
}
