// SPDX-License-Identifier: Apache-2.0
// Averaging of iterates · B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
using FedKernel.Devices;

namespace FedKernel.Training.Strategies;

/// <summary>Another strategy, and the mean of the models that it led to: noise of single rounds averages out, at no privacy cost.</summary>
/// <param name="inner">What moves the model.</param>
public sealed class AveragedIterates(IServerStrategy inner) : IServerStrategy
{
    private double[] _sum = [];
    private int _count;

    /// <inheritdoc/>
    public void Apply(DeviceBuffer<float> globalModel, DeviceBuffer<float> meanUpdate)
    {
        inner.Apply(globalModel, meanUpdate);
        float[] model = globalModel.ToArray();
        if (_count == 0)
        {
            _sum = new double[model.Length];
        }

        Throw.IfLengthsDiffer(_sum.Length, model.Length, "the first model", nameof(globalModel));
        for (int i = 0; i < model.Length; i++)
        {
            _sum[i] += model[i];
        }

        _count++;
    }

    /// <summary>The mean of the models after each round so far.</summary>
    /// <exception cref="InvalidOperationException">No round is over.</exception>
    public float[] Average() => _count > 0
        ? [.. _sum.Select(x => (float)(x / _count))]
        : throw new InvalidOperationException("No round is over; there is nothing to average.");
}
