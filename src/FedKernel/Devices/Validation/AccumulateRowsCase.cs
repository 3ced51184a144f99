// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>An accumulation of many rows in one pass against a plain loop, with the largest magnitude of each row.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel for a row of the given number.</param>
/// <param name="store">A float32 as an element of the row's type.</param>
/// <param name="load">The number that an element stands for.</param>
/// <param name="reference">(number of the row, x) → the integer that it contributes.</param>
internal sealed class AccumulateRowsCase<TElement, TOp>(
    string name, Func<int, TOp> op, Func<float, TElement> store, Func<TElement, double> load, Func<int, double, long> reference)
    : KernelCase(name, "accumulate_rows", TOp.MaxUlp, typeof(TOp))
    where TElement : unmanaged
    where TOp : unmanaged, IAccumulate
{
    public override void Run(KernelTrial trial)
    {
        // Four rows go together: one, a four, and a four with some left.
        foreach (int rows in trial.Length > 10_000 ? (int[])[5] : [1, 4, 6])
        {
            RunRows(trial, rows);
        }
    }

    private void RunRows(KernelTrial trial, int count)
    {
        int n = trial.Length;
        TElement[] all = Array.ConvertAll(trial.AnyValues(count, count * n), v => store(v));
        long[] before = trial.Integers(1);
        var expected = (long[])before.Clone();
        var largest = new double[count];
        for (int r = 0; r < count; r++)
        {
            for (int i = 0; i < n; i++)
            {
                double x = load(all[(r * n) + i]);
                expected[i] = unchecked(expected[i] + reference(r, x));
                largest[r] = Math.Max(largest[r], double.IsFinite(x) ? Math.Abs(x) : double.PositiveInfinity);
            }
        }

        using GuardedBuffer<long> integers = trial.Place<long>(before, 1);
        var rows = new List<GuardedBuffer<TElement>>();
        try
        {
            for (int r = 0; r < count; r++)
            {
                rows.Add(trial.Place<TElement>(all.AsSpan(r * n, n), r));
            }

            DeviceBuffer<TElement>[] windows = [.. rows.Select(r => r.Window)];
            TOp[] ops = [.. Enumerable.Range(0, count).Select(op)];
            var found = new double[count];
            Array.Fill(found, double.NaN);
            trial.Device.AccumulateRows<TElement, TOp>(windows, ops, integers.Window, found);
            trial.Compare(expected, integers, i => $"{count} rows on {before[i]:x16}");
            for (int r = 0; r < count; r++)
            {
                trial.Compare(largest[r], found[r], $"the largest magnitude of row {r} of {count}");
            }
        }
        finally
        {
            rows.ForEach(r => r.Dispose());
        }
    }
}
