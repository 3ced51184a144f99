// SPDX-License-Identifier: Apache-2.0
// AUC by the rank sum · J. Hanley, B. McNeil, "The meaning and use of the area under a ROC curve", Radiology 1982.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Training.Data;

namespace FedKernel.Training.Models;

/// <summary>Accuracy, loss and AUC of logistic regression on one table.</summary>
public sealed class LogisticEvaluator : IEvaluator
{
    private readonly Device _device;
    private readonly AugmentedTable _table;
    private readonly DeviceBuffer<float> _margins, _scores, _weights;
    private readonly float[] _labels;

    /// <summary>Puts the table on the device.</summary>
    public LogisticEvaluator(Device device, TabularDataset table)
    {
        _table = AugmentedTable.Upload(device, table);
        _device = device;
        _labels = table.Labels.ToArray();
        _margins = device.Allocate<float>(table.RowCount);
        _scores = device.Allocate<float>(table.RowCount);
        _weights = device.Allocate<float>(table.FeatureCount + 1);
    }

    /// <inheritdoc/>
    public Evaluation Evaluate(ReadOnlySpan<float> model)
    {
        Throw.IfLengthsDiffer(_weights.Length, model.Length, "features and bias", nameof(model));
        _weights.CopyFrom(model);
        LogisticRegression.Margins(_table.Features, _weights, _margins);
        _device.Map(_margins, _table.Labels, _scores, default(CorrectPrediction));
        double correct = _device.Reduce(_scores, default(Sum));
        _device.Map(_margins, _table.Labels, _scores, default(LogisticLoss));
        double loss = _device.Reduce(_scores, default(Sum));
        int n = _labels.Length;
        return new Evaluation(n, correct / n, loss / n, Auc(_margins.ToArray(), _labels));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _table.Dispose();
        _margins.Dispose();
        _scores.Dispose();
        _weights.Dispose();
    }

    internal static double? Auc(float[] margins, float[] labels)
    {
        double rankSum = 0;
        long below = 0, positives = 0;
        foreach (IGrouping<float, int> tied in Enumerable.Range(0, labels.Length).GroupBy(i => margins[i]).OrderBy(g => g.Key))
        {
            int count = tied.Count(), hits = tied.Count(i => labels[i] > 0);
            rankSum += hits * (below + ((count + 1) / 2.0));
            below += count;
            positives += hits;
        }

        long negatives = below - positives;
        return positives == 0 || negatives == 0
            ? null
            : (rankSum - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }
}
