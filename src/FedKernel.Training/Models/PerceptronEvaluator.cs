// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Data;

namespace FedKernel.Training.Models;

/// <summary>Accuracy and loss of a dense network on one table, and AUC where it has one output. Computes on the host, outputs in float32.</summary>
public sealed class PerceptronEvaluator : IEvaluator
{
    private const int BatchSize = 64;

    private readonly DensePerceptron _model;
    private readonly TabularDataset _table;
    private readonly BatchedPerceptron _batch;

    /// <summary>Judges by a table.</summary>
    /// <exception cref="ArgumentException">The network takes other features, or has no such label.</exception>
    public PerceptronEvaluator(DensePerceptron model, TabularDataset table)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        Throw.IfLengthsDiffer(model.Widths[0], table.FeatureCount, nameof(model), nameof(table));
        Throw.IfNotInRange(table.RowCount, 1, int.MaxValue, "number of rows");
        model.CheckLabels(table.Labels);
        (_model, _table, _batch) = (model, table, new BatchedPerceptron(model, BatchSize));
    }

    /// <inheritdoc/>
    public Evaluation Evaluate(ReadOnlySpan<float> model)
    {
        Throw.IfLengthsDiffer(_model.Layout.Length, model.Length, "the layout", nameof(model));
        _batch.Load(model);
        int n = _table.RowCount, correct = 0;
        double loss = 0;
        var margins = new float[n];
        Span<int> rows = stackalloc int[BatchSize];
        for (int first = 0; first < n; first += BatchSize)
        {
            int count = Math.Min(BatchSize, n - first);
            for (int i = 0; i < count; i++)
            {
                rows[i] = first + i;
            }

            _batch.Forward(_table, rows[..count]);
            for (int r = first; r < first + count; r++)
            {
                Span<double> outputs = _batch.Scores(r - first);
                margins[r] = (float)outputs[0];
                correct += Said(outputs) == (int)_table.Labels[r] ? 1 : 0;
                loss += _model.Loss(outputs, _table.Labels[r], differentiate: false);
            }
        }

        double? auc = _model.OutputCount == 1 ? LogisticEvaluator.Auc(margins, _table.Labels.ToArray()) : null;
        return new Evaluation(n, (double)correct / n, loss / n, auc);
    }

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }

    /// <summary>The class with the greatest output; the first of equals.</summary>
    private static int Said(ReadOnlySpan<double> outputs)
    {
        if (outputs.Length == 1)
        {
            return outputs[0] > 0 ? 1 : 0;
        }

        int best = 0;
        for (int k = 1; k < outputs.Length; k++)
        {
            best = outputs[k] > outputs[best] ? k : best;
        }

        return best;
    }
}
