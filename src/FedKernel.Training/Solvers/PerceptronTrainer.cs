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
    private readonly float _learningRate;
    private readonly int _updatesPerRound;

    /// <summary>A trainer of one client.</summary>
    /// <param name="device">Where models and updates lie.</param>
    /// <param name="model">The network.</param>
    /// <param name="train">The client's rows, at least one.</param>
    /// <param name="batches">Which rows each step takes.</param>
    /// <param name="batchSize">Most rows of a batch, 1 to 2¹⁶.</param>
    /// <param name="learningRate">Rate of a step, positive and finite.</param>
    /// <param name="updatesPerRound">Steps of a round, at least 1.</param>
    /// <exception cref="ArgumentException">The network takes other features, or has no such label.</exception>
    public PerceptronTrainer(
        Device device, DensePerceptron model, TabularDataset train, IBatchSource batches, int batchSize, double learningRate, int updatesPerRound)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(batches);
        Throw.IfLengthsDiffer(model.Widths[0], train.FeatureCount, nameof(model), nameof(train));
        Throw.IfNotInRange(train.RowCount, 1, int.MaxValue, "number of rows");
        Throw.IfNotInRange(learningRate, float.Epsilon, float.MaxValue);
        Throw.IfNotInRange(updatesPerRound, 1, int.MaxValue);
        model.CheckLabels(train.Labels);
        (_device, _model, _train, _batches) = (device, model, train, batches);
        (_network, _learningRate, _updatesPerRound) = (new BatchedPerceptron(model, batchSize), (float)learningRate, updatesPerRound);
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
        for (int step = 0; step < _updatesPerRound; step++)
        {
            _network.Differentiate(_train, _batches.Next());
            _network.Step(_learningRate);
        }

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
