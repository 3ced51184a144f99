// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace FedKernel.Devices.Validation.Faults;

/// <summary>A device whose results are wrong on purpose: what a checker must find before anybody believes what it passes.</summary>
/// <remarks>Everything runs on the device inside; what is spoilt are the results, on their way to the caller.</remarks>
public sealed partial class FaultyDevice : Device
{
    private const int Slowness = 5;

    private readonly Device _inner;
    private readonly bool _owns;

    /// <summary>Puts a fault upon a device.</summary>
    /// <param name="inner">Where kernels run.</param>
    /// <param name="fault">What happens to their results.</param>
    /// <param name="ownsInner">Whether the device inside is disposed of together with this one.</param>
    public FaultyDevice(Device inner, Fault fault, bool ownsInner = false)
    {
        ArgumentNullException.ThrowIfNull(inner);
        (_inner, Fault, _owns) = (inner, fault, ownsInner);
        Info = inner.Info with { Capabilities = $"{inner.Info.Capabilities}, INJECTED FAULT: {fault}" };
    }

    /// <summary>What is wrong with it.</summary>
    public Fault Fault { get; }

    /// <inheritdoc/>
    public override DeviceInfo Info { get; }

    /// <inheritdoc/>
    public override void Synchronize() => _inner.Synchronize();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _owns)
        {
            _inner.Dispose();
        }
    }

    private protected override DeviceBuffer<T> AllocateCore<T>(long length) =>
        new FaultyBuffer<T>(this, _inner.Allocate<T>(length));

    private static DeviceBuffer<T> Inner<T>(DeviceBuffer<T> buffer)
        where T : unmanaged => ((FaultyBuffer<T>)buffer).Inner;

    private static DeviceMatrix Inner(DeviceMatrix matrix) => new(Inner(matrix.Storage), matrix.Rows, matrix.Columns);

    private static DeviceBuffer<T>[] Inner<T>(IReadOnlyList<DeviceBuffer<T>> buffers)
        where T : unmanaged => [.. buffers.Select(Inner)];

    /// <summary>Runs a launch that writes <paramref name="destination"/>, and spoils what it wrote.</summary>
    private void Spoil<T>(DeviceBuffer<T> destination, Action launch)
        where T : unmanaged
    {
        DeviceBuffer<T> inner = Inner(destination);
        if (inner.Length == 0 || Fault is Fault.Hang or Fault.Slow)
        {
            Delay(launch);
            return;
        }

        T[] before = inner.ToArray();
        launch();
        T[] results = inner.ToArray();
        Corruption.Spoil<T>(Fault, results, before);
        inner.CopyFrom(results);
    }

    private void Delay(Action launch)
    {
        if (Fault == Fault.Hang)
        {
            using var never = new ManualResetEvent(false);
            never.WaitOne();
        }

        long start = Stopwatch.GetTimestamp();
        launch();
        _inner.Synchronize();
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        while (Fault == Fault.Slow && Stopwatch.GetElapsedTime(start) < Slowness * took)
        {
            Thread.SpinWait(1);
        }
    }

    private double Spoil(long length, Func<long, double> reduceFrom)
    {
        double result = 0;
        Delay(() => result = reduceFrom(0));
        return Corruption.Spoil(Fault, result, start => start < length ? reduceFrom(start) : 0);
    }
}
