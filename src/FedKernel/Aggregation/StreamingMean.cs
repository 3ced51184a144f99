// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

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
    private bool _isLost;

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
        return FoldTwice((window, start) => new ReadOnlySpan<float>(update + start, window.Length).CopyTo(window), weight);
    }

    /// <summary>Folds an update in that is read window by window, twice: it never lies in memory whole.</summary>
    /// <param name="update">Where to read it, a file say.</param>
    /// <param name="weight">Positive and finite.</param>
    /// <exception cref="ProtocolException">The second reading gave other values than the first: the mean is lost.</exception>
    public FoldOutcome Fold(IUpdateSource update, double weight)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Refusal(update.Length, weight) is { } reason ? FoldOutcome.Refused(reason) : FoldTwice(update.Read, weight);
    }

    /// <summary>Folds a compressed update in, or refuses it whole: the sums are touched where it has values, and no dense copy is made.</summary>
    /// <remarks>The exact mean gets the bits of folding the decoded values.</remarks>
    /// <param name="update">d elements, decoded on <see cref="Device"/>; not kept.</param>
    /// <param name="weight">Positive and finite.</param>
    public FoldOutcome Fold(IEncodedUpdate update, double weight) => Fold(update, weight, 1);

    /// <summary>The same, with the values times a factor on their way in: clipping without a copy.</summary>
    /// <param name="update">As above.</param>
    /// <param name="weight">As above; it counts whole, whatever the factor.</param>
    /// <param name="factor">Above 0, at most 1.</param>
    internal FoldOutcome Fold(IEncodedUpdate update, double weight, double factor)
    {
        ArgumentNullException.ThrowIfNull(update);
        if ((Refusal(update.Length, weight) ?? RefusalOf(update.LargestMagnitude * factor)) is { } reason)
        {
            return FoldOutcome.Refused(reason);
        }

        FoldCore(update, weight * factor);
        Count(weight);
        return FoldOutcome.Accepted;
    }

    /// <summary>Writes the mean of the updates folded in so far, or a window of it.</summary>
    /// <param name="destination">Elements on <see cref="Device"/>, at most d − start.</param>
    /// <param name="start">Which element of the mean comes first.</param>
    /// <exception cref="ProtocolException">No update was folded in.</exception>
    public void Resolve(DeviceBuffer<float> destination, long start = 0)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (start < 0 || start > Length - destination.Length)
        {
            Throw.SliceOutside(start, destination.Length, Length);
        }

        ThrowIfLost();
        if (ClientCount == 0)
        {
            throw new ProtocolException("There is no mean of zero updates: none was accepted.");
        }

        ResolveCore(destination, start);
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

    /// <summary>Adds the decoded values times a weight; they were examined.</summary>
    private protected abstract void FoldCore(IEncodedUpdate update, double weight);

    private protected abstract void ResolveCore(DeviceBuffer<float> destination, long start);

    private protected void Count(double weight)
    {
        ClientCount++;
        AddWeight(weight);
    }

    private protected string? Refusal(long length, double weight)
    {
        ThrowIfLost();
        if (length != Length)
        {
            return $"it has {length} values, the plan has {Length}";
        }

        return double.IsFinite(weight) && weight > 0
            ? RefusalOfWeight(weight)
            : $"its weight is {weight}; a weight must be positive and finite";
    }

    private FoldOutcome FoldTwice(WindowReader read, double weight)
    {
        var host = new float[Math.Min(Window, Length)];
        double largest = 0;
        for (long start = 0; start < Length; start += Window)
        {
            largest = Math.Max(largest, Device.Reduce(Stage(read, host, start), default(FiniteMaxAbs)));
        }

        if (RefusalOf(largest) is { } reason)
        {
            return FoldOutcome.Refused(reason);
        }

        for (long start = 0; start < Length; start += Window)
        {
            DeviceBuffer<float> part = Stage(read, host, start);
            // A file may change between the two readings; beyond the range the integers would mean nothing.
            if (Device.Reduce(part, default(FiniteMaxAbs)) > largest)
            {
                _isLost = true;
                ThrowIfLost();
            }

            FoldCore(part, start, weight);
        }

        Count(weight);
        return FoldOutcome.Accepted;
    }

    private DeviceBuffer<float> Stage(WindowReader read, float[] host, long start)
    {
        Span<float> window = host.AsSpan(0, (int)Math.Min(Window, Length - start));
        read(window, start);
        _staging ??= Device.Allocate<float>(Math.Min(Window, Length));
        _staging.CopyFrom(window);
        return window.Length == _staging.Length ? _staging : _staging.Slice(0, window.Length);
    }

    private void ThrowIfLost()
    {
        if (_isLost)
        {
            throw new ProtocolException("An update changed while it was folded in; the mean is lost and must be begun anew.");
        }
    }

    private delegate void WindowReader(Span<float> window, long start);
}
