// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A kernel of shape Generate against a plain formula.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="reference">Value of every element.</param>
public sealed class GenerateCase<TOp>(string name, TOp op, Func<float> reference)
    : KernelCase(name, "generate", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IGenerate
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var expected = new float[trial.Length];
        Array.Fill(expected, reference());
        using GuardedBuffer<float> destination = trial.Place<float>(trial.AnyValues(0), 0);
        trial.Device.Generate(destination.Window, op);
        trial.Compare(expected, destination, _ => "()");
    }
}

/// <summary>A kernel of shape Map over one vector against a plain formula.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="reference">f(x) in plain float32.</param>
/// <param name="bitPatterns">True for a kernel that must keep the payload of a NaN.</param>
public sealed class Map1Case<TOp>(string name, TOp op, Func<float, float> reference, bool bitPatterns = false)
    : KernelCase(name, "map", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IMap1
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        float[] x = trial.AnyValues(0);
        var expected = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            expected[i] = reference(x[i]);
        }

        string Inputs(int i) => $"({KernelTrial.Hex(x[i])})";
        using GuardedBuffer<float> source = trial.Place<float>(x, 0);
        using GuardedBuffer<float> destination = trial.Destination<float>(x.Length, 1);
        trial.Device.Map(source.Window, destination.Window, op);
        trial.Compare(expected, destination, Inputs, bitPatterns: bitPatterns);
        trial.RequireUnchanged(x, source);
        Overlaps.Refused(trial, source, (from, to) => trial.Device.Map(from, to, op));
        trial.Device.Map(source.Window, source.Window, op);
        trial.Compare(expected, source, i => "in place: " + Inputs(i), bitPatterns: bitPatterns);
    }
}

/// <summary>A kernel of shape Map over two vectors against a plain formula.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="reference">f(x, y) in plain float32.</param>
public sealed class Map2Case<TOp>(string name, TOp op, Func<float, float, float> reference)
    : KernelCase(name, "map", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IMap2
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        float[] x = trial.AnyValues(0), y = trial.AnyValues(1);
        var expected = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            expected[i] = reference(x[i], y[i]);
        }

        string Inputs(int i) => $"({KernelTrial.Hex(x[i])}, {KernelTrial.Hex(y[i])})";
        using GuardedBuffer<float> first = trial.Place<float>(x, 0);
        using GuardedBuffer<float> second = trial.Place<float>(y, 1);
        using GuardedBuffer<float> destination = trial.Destination<float>(x.Length, 2);
        trial.Device.Map(first.Window, second.Window, destination.Window, op);
        trial.Compare(expected, destination, Inputs);
        trial.RequireUnchanged(x, first);
        trial.RequireUnchanged(y, second);
        Overlaps.Refused(trial, first, (from, to) => trial.Device.Map(from, second.Window.Slice(0, to.Length), to, op));
        Overlaps.Refused(trial, second, (from, to) => trial.Device.Map(first.Window.Slice(0, to.Length), from, to, op));
        trial.Device.Map(first.Window, second.Window, second.Window, op);
        trial.Compare(expected, second, i => "in place: " + Inputs(i));
    }
}
