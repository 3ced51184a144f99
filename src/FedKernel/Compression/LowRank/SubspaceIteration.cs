// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.LowRank;

/// <summary>What <see cref="LowRankCodec"/> does with one matrix: its two products, on the device, and their orthonormal forms.</summary>
internal static class SubspaceIteration
{
    /// <summary>P and Q of one matrix; leaves the next orthonormal Qᵀ in <paramref name="right"/>.</summary>
    public static void Step(DeviceMatrix matrix, LowRankSlot slot, float[] right, DeviceBuffer<float> factors)
    {
        Device device = matrix.Storage.Device;
        using DeviceBuffer<float> q = device.Upload<float>(right), p = device.Allocate<float>(slot.LeftLength);
        for (int j = 0; j < slot.Rank; j++)
        {
            device.ReduceRows(matrix, q.Slice(j * slot.Columns, slot.Columns), p.Slice(j * slot.Rows, slot.Rows), default(Dot));
        }

        float[] left = p.ToArray();
        RequireFinite(left, slot);
        Orthonormal.Make(left, slot.Rank);
        p.CopyFrom(left);
        factors.CopyFrom(Transposed(left, slot.Rank));
        DeviceBuffer<float> travels = factors.Slice(slot.LeftLength, slot.StateLength);
        for (int j = 0; j < slot.Rank; j++)
        {
            device.RowCombine(
                matrix, p.Slice(j * slot.Rows, slot.Rows), travels.Slice(j * slot.Columns, slot.Columns), default(WeightedSum));
        }

        travels.CopyTo(right);
        RequireFinite(right, slot);
        Orthonormal.Make(right, slot.Rank);
    }

    private static void RequireFinite(float[] factor, LowRankSlot slot)
    {
        foreach (float value in factor)
        {
            if (!float.IsFinite(value))
            {
                throw new ProtocolException($"A factor of '{slot.Slot.Name}' holds {value}: its values are too large for a product in float32.");
            }
        }
    }

    private static float[] Transposed(float[] vectors, int count)
    {
        int length = vectors.Length / count;
        var transposed = new float[vectors.Length];
        for (int j = 0; j < count; j++)
        {
            for (int i = 0; i < length; i++)
            {
                transposed[(i * count) + j] = vectors[(j * length) + i];
            }
        }

        return transposed;
    }
}
