// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A combination of rows against a plain loop, with rows apart and as a matrix.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="step">(accumulated, row, weight) → accumulated, in plain float32.</param>
public sealed class RowCombineCase<TOp>(string name, TOp op, Func<float, float, float, float> step)
    : KernelCase(name, "row_combine", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IRowCombine
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);

        // One row, two, many: few for long vectors, whose memory is the limit.
        foreach (int rows in trial.Length > 10_000 ? (int[])[3] : [1, 2, 7])
        {
            RunRows(trial, rows);
        }
    }

    private void RunRows(KernelTrial trial, int count)
    {
        int n = trial.Length;
        float[] all = trial.AnyValues(count, count * n), weights = trial.FiniteValues(-1, count);
        var expected = new float[n];
        for (int i = 0; i < n; i++)
        {
            for (int r = 0; r < count; r++)
            {
                expected[i] = step(expected[i], all[(r * n) + i], weights[r]);
            }
        }

        string Inputs(int i) => $"{count} rows, the first ({KernelTrial.Hex(all[i])}), weights[0] {KernelTrial.Hex(weights[0])}";
        using GuardedBuffer<float> destination = trial.Destination<float>(n, 1);
        var rows = new List<GuardedBuffer<float>>();
        try
        {
            for (int r = 0; r < count; r++)
            {
                rows.Add(trial.Place<float>(all.AsSpan(r * n, n), r));
            }

            DeviceBuffer<float>[] windows = [.. rows.Select(r => r.Window)];
            trial.Device.RowCombine(windows, weights, destination.Window, op);
            trial.Compare(expected, destination, Inputs);
            trial.RequireUnchanged(all.AsSpan(0, n), rows[0]);
            if (n > 0)
            {
                trial.RequireRefusal(() => trial.Device.RowCombine(windows, weights, windows[^1], op));
            }
        }
        finally
        {
            rows.ForEach(r => r.Dispose());
        }

        RunMatrix(trial, all, weights, expected, Inputs);
    }

    private void RunMatrix(KernelTrial trial, float[] all, float[] weights, float[] expected, Func<int, string> inputs)
    {
        int n = trial.Length;
        if (n == 0)
        {
            return;
        }

        using GuardedBuffer<float> storage = trial.Place<float>(all, 0);
        using GuardedBuffer<float> weight = trial.Place<float>(weights, 1);
        using GuardedBuffer<float> destination = trial.Destination<float>(n, 2);
        trial.Device.RowCombine(
            new DeviceMatrix(storage.Window, weights.Length, n), weight.Window, destination.Window, op);
        trial.Compare(expected, destination, i => "matrix: " + inputs(i));
        trial.RequireUnchanged(all, storage);
    }
}
