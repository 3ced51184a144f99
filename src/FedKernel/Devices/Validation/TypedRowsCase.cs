// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A combination of rows that are not float32 against a plain loop, for few rows and for more than a group.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="store">A float32 as an element of the row's type.</param>
/// <param name="load">The float32 that an element stands for.</param>
/// <param name="step">(accumulated, row, weight) → accumulated, in plain float32.</param>
internal sealed class TypedRowsCase<TElement, TOp>(
    string name, TOp op, Func<float, TElement> store, Func<TElement, float> load, Func<float, float, float, float> step)
    : KernelCase(name, "row_combine", TOp.MaxUlp, typeof(TOp))
    where TElement : unmanaged
    where TOp : unmanaged, IRowCombine
{
    public override void Run(KernelTrial trial)
    {
        // A group is sixteen rows: one less than two groups leaves a group that is not full.
        foreach (int rows in trial.Length > 10_000 ? (int[])[3] : [1, 2, 31])
        {
            RunRows(trial, rows);
        }
    }

    private void RunRows(KernelTrial trial, int count)
    {
        int n = trial.Length;
        TElement[] all = Array.ConvertAll(trial.AnyValues(count, count * n), v => store(v));
        float[] weights = trial.FiniteValues(-1, count);
        var expected = new float[n];
        for (int i = 0; i < n; i++)
        {
            for (int r = 0; r < count; r++)
            {
                expected[i] = step(expected[i], load(all[(r * n) + i]), weights[r]);
            }
        }

        using GuardedBuffer<float> destination = trial.Destination<float>(n, 1);
        var rows = new List<GuardedBuffer<TElement>>();
        try
        {
            for (int r = 0; r < count; r++)
            {
                rows.Add(trial.Place<TElement>(all.AsSpan(r * n, n), r));
            }

            DeviceBuffer<TElement>[] windows = [.. rows.Select(r => r.Window)];
            trial.Device.RowCombine(windows, weights, destination.Window, op);
            trial.Compare(expected, destination, i => $"{count} rows, the first ({KernelTrial.Hex(load(all[i]))})");
        }
        finally
        {
            rows.ForEach(r => r.Dispose());
        }
    }
}
