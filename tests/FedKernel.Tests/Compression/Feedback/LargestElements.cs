// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;

namespace FedKernel.Tests.Compression.Feedback;

/// <summary>The k largest magnitudes by sorting, ties to the lowest index: what memories are tested with, whatever selects in earnest.</summary>
internal static class LargestElements
{
    public static SparseVector Of(DeviceBuffer<float> values, int count)
    {
        float[] host = values.ToArray();
        uint[] indices = [.. Enumerable.Range(0, host.Length).OrderByDescending(i => MathF.Abs(host[i])).ThenBy(i => i).Take(count).Order().Select(i => (uint)i)];
        return new SparseVector(
            host.Length, values.Device.Upload<uint>(indices), values.Device.Upload<float>([.. indices.Select(i => host[i])]));
    }
}
