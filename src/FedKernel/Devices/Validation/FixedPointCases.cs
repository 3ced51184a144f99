// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A kernel of shape Accumulate against a plain formula.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="reference">The integer that x contributes.</param>
public sealed class AccumulateCase<TOp>(string name, TOp op, Func<float, long> reference)
    : KernelCase(name, "accumulate", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IAccumulate
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);

        // Finite values only: what lies outside the grid is refused by the caller, see FixedPointAccumulate.
        float[] x = trial.FiniteValues(0);
        long[] before = trial.Integers(1);
        var expected = new long[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            expected[i] = unchecked(before[i] + reference(x[i]));
        }

        using GuardedBuffer<float> source = trial.Place<float>(x, 0);
        using GuardedBuffer<long> integers = trial.Place<long>(before, 1);
        trial.Device.Accumulate(source.Window, integers.Window, op);
        trial.Compare(expected, integers, i => $"({KernelTrial.Hex(x[i])}) on {before[i]:x16}");
        trial.RequireUnchanged(x, source);
    }
}

/// <summary>A kernel of shape Resolve against a plain formula.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="reference">The number that an integer stands for.</param>
public sealed class ResolveCase<TOp>(string name, TOp op, Func<long, float> reference)
    : KernelCase(name, "resolve", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IResolve
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        long[] accumulated = trial.Integers(0);
        float[] expected = Array.ConvertAll(accumulated, v => reference(v));
        using GuardedBuffer<long> integers = trial.Place<long>(accumulated, 0);
        using GuardedBuffer<float> destination = trial.Destination<float>(expected.Length, 1);
        trial.Device.Resolve(integers.Window, destination.Window, op);
        trial.Compare(expected, destination, i => $"({accumulated[i]:x16})");
        trial.Compare(accumulated, integers, i => $"source {accumulated[i]:x16}");
    }
}
