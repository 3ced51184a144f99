// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Updates;

/// <summary>
/// What a client learned in a round: the difference between its model after local training and the model it was given, as one
/// flat vector on a device.
/// </summary>
public sealed class ModelUpdate : IDisposable
{
    /// <summary>Takes the vector over; it is disposed of with the update.</summary>
    /// <param name="layout">How the vector is read.</param>
    /// <param name="values">Exactly <see cref="ParameterLayout.Length"/> elements.</param>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public ModelUpdate(ParameterLayout layout, DeviceBuffer<float> values)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(values);
        Throw.IfLengthsDiffer(layout.Length, values.Length, nameof(layout), nameof(values));
        (Layout, Values) = (layout, values);
    }

    /// <summary>How the vector is read.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The vector.</summary>
    public DeviceBuffer<float> Values { get; }

    /// <summary>An update of the given values on a device.</summary>
    public static ModelUpdate Upload(Device device, ParameterLayout layout, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new ModelUpdate(layout, device.Upload(values));
    }

    /// <summary>The window of one tensor.</summary>
    public DeviceBuffer<float> Tensor(ParameterSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return Values.Slice(slot.Offset, slot.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => Values.Dispose();
}
