// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>One piece of work that is timed among others, and how its result is checked.</summary>
/// <param name="name">Stable name.</param>
internal abstract class TimedCase(string name)
{
    public string Name { get; } = name;

    /// <summary>The round of which every n-th has this case: more than 1 for a slow peer.</summary>
    public int Every { get; init; } = 1;

    /// <summary>True if a second call does the same as the first, so that short work can be repeated within a sample.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>Before each sample, not timed: restores inputs and spoils outputs, so that work left undone shows.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>The work.</summary>
    public abstract void Invoke();

    /// <summary>At the end of a sample, timed: waits for a device that works in the background.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>After each sample, not timed: null, or what is wrong with the result.</summary>
    public virtual string? Check() => null;

    /// <summary>Seconds of the last call where the work timed itself, in another process say; null where it is timed here.</summary>
    public virtual double? OwnSeconds => null;

    /// <summary>The one entry that all cases are timed through: inlined copies of it would have layouts of their own.</summary>
    /// <returns>Ticks of <see cref="Stopwatch"/>.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Time(TimedCase timed, int batch)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < batch; i++)
        {
            timed.Invoke();
        }

        timed.Finish();
        return Stopwatch.GetTimestamp() - start;
    }
}

/// <summary>A case from delegates.</summary>
internal sealed class DelegateCase(string name, Action invoke, Action? prepare = null, Func<string?>? check = null)
    : TimedCase(name)
{
    public bool Repeatable { get; init; } = true;

    public Action? OnFinish { get; init; }

    public override bool IsRepeatable => Repeatable;

    public override void Prepare() => prepare?.Invoke();

    public override void Invoke() => invoke();

    public override void Finish() => OnFinish?.Invoke();

    public override string? Check() => check?.Invoke();
}
