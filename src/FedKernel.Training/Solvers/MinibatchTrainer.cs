// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Updates;

namespace FedKernel.Training.Solvers;

/// <summary>Minibatch training of logistic regression: the local solver of FedAvg, and that of the baselines. Not private.</summary>
/// <remarks>The rows of a round go to the device in one copy, in the order in which its batches use them.</remarks>
public sealed class MinibatchTrainer : ILocalTrainer
{
    private readonly Device _device;
    private readonly LogisticRegression _model;
    private readonly TabularDataset _train;
    private readonly IBatchSource _batches;
    private readonly ILocalOptimizer _optimizer;
    private readonly int _updatesPerRound;
    private readonly DeviceBuffer<float> _gradient;

    /// <summary>A trainer of one client.</summary>
    /// <param name="device">Where it computes.</param>
    /// <param name="model">The formulas.</param>
    /// <param name="train">The client's rows, at least one.</param>
    /// <param name="batches">Which rows each step takes.</param>
    /// <param name="optimizer">How weights move; its state lives on over the rounds. Disposed of with the trainer.</param>
    /// <param name="updatesPerRound">Steps of a round, at least 1.</param>
    public MinibatchTrainer(
        Device device,
        LogisticRegression model,
        TabularDataset train,
        IBatchSource batches,
        ILocalOptimizer optimizer,
        int updatesPerRound)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(optimizer);
        Throw.IfLengthsDiffer(model.FeatureCount, train.FeatureCount, nameof(model), nameof(train));
        Throw.IfNotInRange(train.RowCount, 1, int.MaxValue, "number of rows");
        Throw.IfNotInRange(updatesPerRound, 1, int.MaxValue);
        (_device, _model, _train) = (device, model, train);
        (_batches, _optimizer, _updatesPerRound) = (batches, optimizer, updatesPerRound);
        _gradient = device.Allocate<float>(model.Layout.Length);
    }

    /// <inheritdoc/>
    public double ExampleCount => _train.RowCount;

    /// <inheritdoc/>
    public ModelUpdate Train(DeviceBuffer<float> globalModel)
    {
        DeviceBuffer<float> weights = _device.Allocate<float>(_model.Layout.Length);
        _device.Map(globalModel, weights, default(Copy));
        int[][] batches = [.. Enumerable.Range(0, _updatesPerRound).Select(_ => _batches.Next())];
        using var rows = new AugmentedTable(_device, _train, batches.SelectMany(b => b).ToArray());
        using DeviceBuffer<float> residuals = _device.Allocate<float>(rows.Features.Rows);
        long start = 0;
        foreach (int[] batch in batches)
        {
            LogisticRegression.Gradient(
                rows.Features.RowRange(start, batch.Length),
                rows.Labels.Slice(start, batch.Length),
                weights,
                residuals.Slice(start, batch.Length),
                _gradient,
                1f / batch.Length);
            _optimizer.Step(weights, _gradient);
            start += batch.Length;
        }

        _device.Map(globalModel, weights, weights, new Axpy(-1));
        return new ModelUpdate(_model.Layout, weights);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _gradient.Dispose();
    }
}
