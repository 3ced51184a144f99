// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Updates;

namespace FedKernel.Training.Solvers;

/// <summary>Minibatch SGD of a dense network: the local solver of FedAvg for it. Computes on the host, in float32. Not private.</summary>
/// <remarks>w −= rate · mean gradient of a batch. One thread; same bits for every register width.</remarks>
public sealed class PerceptronTrainer : ILocalTrainer
{
    private readonly Device _device;
    private readonly DensePerceptron _model;
    private readonly TabularDataset _train;
    private readonly IBatchSource _batches;
    private readonly BatchedPerceptron _network;
    private readonly PerceptronTrainingOptions _options;
    private double _learningRate;

    /// <summary>A trainer of one client.</summary>
    /// <param name="device">Where models and updates lie.</param>
    /// <param name="model">The network.</param>
    /// <param name="train">The client's rows, at least one.</param>
    /// <param name="batches">Which rows each step takes.</param>
    /// <param name="options">Batch size, rate, steps.</param>
    /// <exception cref="ArgumentException">The network takes other features, or has no such label.</exception>
    public PerceptronTrainer(Device device, DensePerceptron model, TabularDataset train, IBatchSource batches, PerceptronTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(options);
        Throw.IfLengthsDiffer(model.Widths[0], train.FeatureCount, nameof(model), nameof(train));
        Throw.IfNotInRange(train.RowCount, 1, int.MaxValue, "number of rows");
        Throw.IfNotInRange(options.LearningRate, float.Epsilon, float.MaxValue);
        Throw.IfNotInRange(options.RateDecay, 1e-3, 1);
        Throw.IfNotInRange(options.UpdatesPerRound, 1, int.MaxValue);
        model.CheckLabels(train.Labels);
        (_device, _model, _train, _batches) = (device, model, train, batches);
        (_options, _learningRate, _network) = (options, options.LearningRate, new BatchedPerceptron(model, options.BatchSize));
    }

    /// <inheritdoc/>
    public double ExampleCount => _train.RowCount;

    /// <inheritdoc/>
    public ModelUpdate Train(DeviceBuffer<float> globalModel)
    {
        ArgumentNullException.ThrowIfNull(globalModel);
        Throw.IfLengthsDiffer(_model.Layout.Length, globalModel.Length, "the layout", nameof(globalModel));
        float[] before = globalModel.ToArray(), after = new float[before.Length];
        _network.Load(before);
        for (int step = 0; step < _options.UpdatesPerRound; step++)
        {
            _network.Differentiate(_train, _batches.Next());
            _network.Step((float)_learningRate);
        }

        _learningRate *= _options.RateDecay;
        _network.Save(after);
        for (int i = 0; i < after.Length; i++)
        {
            after[i] -= before[i];
        }

        return ModelUpdate.Upload(_device, _model.Layout, after);
    }

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }
}
