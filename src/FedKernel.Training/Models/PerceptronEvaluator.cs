// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Data;

namespace FedKernel.Training.Models;

/// <summary>Accuracy and loss of a dense network on one table, and AUC where it has one output. Computes on the host.</summary>
public sealed class PerceptronEvaluator : IEvaluator
{
    private readonly DensePerceptron _model;
    private readonly TabularDataset _table;

    /// <summary>Judges by a table.</summary>
    /// <exception cref="ArgumentException">The network takes other features, or has no such label.</exception>
    public PerceptronEvaluator(DensePerceptron model, TabularDataset table)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        Throw.IfLengthsDiffer(model.Widths[0], table.FeatureCount, nameof(model), nameof(table));
        Throw.IfNotInRange(table.RowCount, 1, int.MaxValue, "number of rows");
        model.CheckLabels(table.Labels);
        (_model, _table) = (model, table);
    }

    /// <inheritdoc/>
    public Evaluation Evaluate(ReadOnlySpan<float> model)
    {
        int n = _table.RowCount, correct = 0;
        double loss = 0;
        var margins = new float[n];
        for (int r = 0; r < n; r++)
        {
            double[] outputs = _model.Outputs(model, _table.Row(r));
            margins[r] = (float)outputs[0];
            int said = outputs.Length == 1 ? (outputs[0] > 0 ? 1 : 0) : Array.IndexOf(outputs, outputs.Max());
            correct += said == (int)_table.Labels[r] ? 1 : 0;
            loss += _model.Loss(outputs, _table.Labels[r], differentiate: false);
        }

        double? auc = _model.OutputCount == 1 ? LogisticEvaluator.Auc(margins, _table.Labels.ToArray()) : null;
        return new Evaluation(n, (double)correct / n, loss / n, auc);
    }

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }
}
