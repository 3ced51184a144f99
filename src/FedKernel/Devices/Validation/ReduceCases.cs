// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A reduction of one vector against the tree written plainly.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="term">What one value contributes.</param>
/// <param name="combine">Two partial results as one.</param>
public sealed class Reduce1Case<TOp>(
    string name, TOp op, Func<double, double> term, Func<double, double, double> combine)
    : KernelCase(name, "reduce", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IReduce1
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);

        // Among special values nearly every sum is NaN: the wide ones show the order.
        Check(trial, trial.WideValues(0), "wide values");
        Check(trial, trial.AnyValues(1), "special values");
    }

    private void Check(KernelTrial trial, float[] x, string inputs)
    {
        double expected = ReferenceTree.Reduce(Array.ConvertAll(x, v => term(v)), combine);
        using GuardedBuffer<float> source = trial.Place<float>(x, 0);
        trial.Compare(expected, trial.Device.Reduce(source.Window, op), inputs);
        trial.RequireUnchanged(x, source);
    }
}

/// <summary>A reduction of two vectors against the tree written plainly.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="term">What one pair contributes.</param>
/// <param name="combine">Two partial results as one.</param>
public sealed class Reduce2Case<TOp>(
    string name, TOp op, Func<double, double, double> term, Func<double, double, double> combine)
    : KernelCase(name, "reduce", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IReduce2
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Check(trial, trial.WideValues(0), trial.WideValues(1), "wide values");
        Check(trial, trial.AnyValues(2), trial.AnyValues(3), "special values");
    }

    private void Check(KernelTrial trial, float[] x, float[] y, string inputs)
    {
        var terms = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            terms[i] = term(x[i], y[i]);
        }

        using GuardedBuffer<float> first = trial.Place<float>(x, 0);
        using GuardedBuffer<float> second = trial.Place<float>(y, 1);
        double actual = trial.Device.Reduce(first.Window, second.Window, op);
        trial.Compare(ReferenceTree.Reduce(terms, combine), actual, inputs);
    }
}

/// <summary>The reduction of each row of a matrix with one vector, from left to right.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="term">What one pair contributes.</param>
/// <param name="combine">Two partial results as one.</param>
public sealed class ReduceRowsCase<TOp>(
    string name, TOp op, Func<double, double, double> term, Func<double, double, double> combine)
    : KernelCase(name, "reduce_rows", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IReduce2
{
    /// <inheritdoc/>
    public override void Run(KernelTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);

        // The length is that of a row, up to what one thread should do; the elements beyond it become more rows.
        int columns = Math.Clamp(trial.Length, 1, 300);
        int rows = Math.Max(trial.Length / columns, 3);
        float[] x = trial.WideValues(0, rows * columns), y = trial.WideValues(1, columns);
        var expected = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            double sum = 0;
            for (int c = 0; c < columns; c++)
            {
                sum = combine(sum, term(x[(r * columns) + c], y[c]));
            }

            expected[r] = (float)sum;
        }

        using GuardedBuffer<float> matrix = trial.Place<float>(x, 0);
        using GuardedBuffer<float> vector = trial.Place<float>(y, 1);
        using GuardedBuffer<float> destination = trial.Destination<float>(rows, 2);
        trial.Device.ReduceRows(
            new DeviceMatrix(matrix.Window, rows, columns), vector.Window, destination.Window, op);
        trial.Compare(expected, destination, i => $"{rows} × {columns}, row {i}");
        trial.RequireUnchanged(x, matrix);
    }
}
