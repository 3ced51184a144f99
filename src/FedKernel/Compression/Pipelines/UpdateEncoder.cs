// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Compression.Pipelines;

/// <summary>The contract of what makes frames of updates: one for each form that travels. Owns its buffers and its memory.</summary>
internal abstract class UpdateEncoder : IDisposable
{
    /// <summary>What error feedback keeps between rounds: vectors of d values; none without it.</summary>
    public abstract IReadOnlyList<DeviceBuffer<float>> Memory { get; }

    /// <summary>The frame of an update; a failure leaves the memory as it was.</summary>
    /// <param name="update">d finite values, left as they are.</param>
    /// <param name="context">Layout, round, seed, bits for rounding.</param>
    /// <param name="clippingBound">What a receiver clips the decoded update to: the memory keeps what the clip takes off. +∞ for none.</param>
    public abstract byte[] Encode(DeviceBuffer<float> update, EncodingContext context, double clippingBound);

    public abstract void Dispose();

    /// <summary>What a receiver that clips multiplies a decoded update by: min(1, C/‖x‖); 1 for what is not finite and thus refused.</summary>
    public static double ClippingFactor(double squaredNorm, double bound)
    {
        double norm = Math.Sqrt(squaredNorm);
        return double.IsFinite(norm) && norm > bound ? bound / norm : 1;
    }
}
