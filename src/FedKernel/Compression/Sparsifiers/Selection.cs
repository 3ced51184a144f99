// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>What sparsifiers share.</summary>
internal static class Selection
{
    /// <summary>Room for k of d values.</summary>
    public static SparseVector Allocate(Device device, long length, long count) =>
        new(length, device.Allocate<uint>(count), device.Allocate<float>(count));

    /// <summary>Refuses a vector that is not the layout's, or too long to be made sparse.</summary>
    public static void Check(DeviceBuffer<float> source, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        Throw.IfNotInRange(source.Length, 1, SparseVector.MaximumLength, "d");
        Throw.IfLengthsDiffer(context.Layout.Length, source.Length, "the layout", nameof(source));
    }

    /// <summary>The length of a layout whose vectors can be made sparse.</summary>
    public static long LengthOf(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Throw.IfNotInRange(layout.Length, 1, SparseVector.MaximumLength, "elements of the layout");
        return layout.Length;
    }

    /// <summary>The k largest of a vector.</summary>
    /// <exception cref="ProtocolException">A value is NaN or infinite.</exception>
    public static SparseVector Largest(DeviceBuffer<float> source, long count)
    {
        SparseVector kept = Allocate(source.Device, source.Length, count);
        source.Device.SelectLargest(source, kept.Indices, kept.Values);
        return Finite(source, kept);
    }

    /// <summary>The values at indices that are known on the host.</summary>
    public static SparseVector At(DeviceBuffer<float> source, ReadOnlySpan<uint> indices)
    {
        SparseVector kept = Allocate(source.Device, source.Length, indices.Length);
        kept.Indices.CopyFrom(indices);
        source.Device.Gather(source, kept.Indices, kept.Values);
        return kept;
    }

    /// <summary>What was selected by magnitude, if the whole vector is finite: otherwise something selected is not.</summary>
    /// <exception cref="ProtocolException">A value is NaN or infinite: the first one is named.</exception>
    public static SparseVector Finite(DeviceBuffer<float> source, SparseVector kept)
    {
        if (double.IsInfinity(source.Device.Reduce(kept.Values, new FiniteMaxAbs())))
        {
            kept.Dispose();
            FiniteValues.Require(source);
        }

        return kept;
    }
}
