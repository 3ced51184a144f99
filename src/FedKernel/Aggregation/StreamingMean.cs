// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Aggregation;

/// <summary>What became of an update.</summary>
/// <param name="IsAccepted">True if it was folded in; if false, nothing of it was.</param>
/// <param name="Reason">Why it was refused: the value and the allowed range. Null if it was accepted.</param>
public readonly record struct FoldOutcome(bool IsAccepted, string? Reason)
{
    /// <summary>The update was folded in.</summary>
    public static FoldOutcome Accepted { get; } = new(true, null);

    /// <summary>The update was refused, whole.</summary>
    public static FoldOutcome Refused(string reason) => new(false, reason);
}

/// <summary>
/// The contract of a weighted mean Σ w·x / Σ w that takes updates as they arrive: memory does not grow with the clients, and an
/// update is examined whole before anything of it is folded in.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public abstract class StreamingMean : IDisposable
{
    // Host memory reaches a device with memory of its own in windows of this many elements.
    private const int Window = 1 << 20;

    private DeviceBuffer<float>? _staging;

    private protected StreamingMean(Device device, long length)
    {
        ArgumentNullException.ThrowIfNull(device);
        Throw.IfNotInRange(length, 1, long.MaxValue / 64);
        (Device, Length) = (device, length);
    }

    /// <summary>Where the sums lie.</summary>
    public Device Device { get; }

    /// <summary>Elements of an update: d.</summary>
    public long Length { get; }

    /// <summary>Updates folded in so far.</summary>
    public int ClientCount { get; private set; }

    /// <summary>Σ w so far.</summary>
    public abstract double TotalWeight { get; }

    /// <summary>Folds an update in, or refuses it whole.</summary>
    /// <param name="update">d elements on <see cref="Device"/>; not kept.</param>
    /// <param name="weight">Positive and finite, usually the number of examples.</param>
    public FoldOutcome Fold(DeviceBuffer<float> update, double weight)
    {
        ArgumentNullException.ThrowIfNull(update);
        string? reason = Refusal(update.Length, weight) ?? RefusalOf(Device.Reduce(update, default(FiniteMaxAbs)));
        if (reason is not null)
        {
            return FoldOutcome.Refused(reason);
        }

        FoldCore(update, 0, weight);
        Count(weight);
        return FoldOutcome.Accepted;
    }

    /// <summary>Folds an update in that lies in the memory of the host, or refuses it whole.</summary>
    /// <inheritdoc cref="Fold(DeviceBuffer{float}, double)"/>
    public unsafe FoldOutcome Fold(ReadOnlySpan<float> update, double weight)
    {
        fixed (float* pointer = update)
        {
            return Fold(pointer, update.Length, weight);
        }
    }

    /// <summary>Folds an update in that lies in native memory, or refuses it whole.</summary>
    /// <param name="update">d elements, read only, not kept.</param>
    /// <param name="length">Must be d.</param>
    /// <param name="weight">Positive and finite.</param>
    public unsafe FoldOutcome Fold(float* update, long length, double weight)
    {
        if (Refusal(length, weight) is { } reason)
        {
            return FoldOutcome.Refused(reason);
        }

        if (Device.SharesHostMemory)
        {
            using DeviceBuffer<float> lent = Device.Borrow(update, length);
            return Fold(lent, weight);
        }

        // Twice over the link: first look, then fold. Holding the update would cost its whole size on the device.
        double largest = 0;
        for (long start = 0; start < length; start += Window)
        {
            largest = Math.Max(largest, Device.Reduce(Stage(update, start), default(FiniteMaxAbs)));
        }

        if (RefusalOf(largest) is { } valueReason)
        {
            return FoldOutcome.Refused(valueReason);
        }

        for (long start = 0; start < length; start += Window)
        {
            FoldCore(Stage(update, start), start, weight);
        }

        Count(weight);
        return FoldOutcome.Accepted;
    }

    /// <summary>Writes the mean of the updates folded in so far.</summary>
    /// <param name="destination">d elements on <see cref="Device"/>.</param>
    /// <exception cref="ProtocolException">No update was folded in.</exception>
    public void Resolve(DeviceBuffer<float> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Throw.IfLengthsDiffer(Length, destination.Length, "the mean", nameof(destination));
        if (ClientCount == 0)
        {
            throw new ProtocolException("There is no mean of zero updates: none was accepted.");
        }

        ResolveCore(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the sums.</summary>
    /// <param name="disposing">False when the finalizer calls.</param>
    protected virtual void Dispose(bool disposing) => _staging?.Dispose();

    private protected abstract string? RefusalOf(double largestMagnitude);

    private protected abstract string? RefusalOfWeight(double weight);

    private protected abstract void FoldCore(DeviceBuffer<float> part, long start, double weight);

    private protected abstract void AddWeight(double weight);

    private protected abstract void ResolveCore(DeviceBuffer<float> destination);

    private void Count(double weight)
    {
        ClientCount++;
        AddWeight(weight);
    }

    private string? Refusal(long length, double weight)
    {
        if (length != Length)
        {
            return $"it has {length} values, the plan has {Length}";
        }

        return double.IsFinite(weight) && weight > 0
            ? RefusalOfWeight(weight)
            : $"its weight is {weight}; a weight must be positive and finite";
    }

    private unsafe DeviceBuffer<float> Stage(float* update, long start)
    {
        int count = (int)Math.Min(Window, Length - start);
        _staging ??= Device.Allocate<float>(Math.Min(Window, Length));
        _staging.CopyFrom(new ReadOnlySpan<float>(update + start, count));
        return count == _staging.Length ? _staging : _staging.Slice(0, count);
    }
}
