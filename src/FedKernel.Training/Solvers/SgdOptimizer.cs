// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Training.Solvers;

/// <summary>weights −= learning rate · gradient (H. Robbins, S. Monro 1951). No state.</summary>
public sealed class SgdOptimizer : ILocalOptimizer
{
    private readonly Axpy _step;

    /// <summary>Plain gradient descent.</summary>
    /// <param name="learningRate">Positive and finite.</param>
    public SgdOptimizer(double learningRate)
    {
        Throw.IfNotInRange(learningRate, float.Epsilon, float.MaxValue);
        _step = new Axpy((float)-learningRate);
    }

    /// <inheritdoc/>
    public void Step(DeviceBuffer<float> weights, DeviceBuffer<float> gradient)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Device.Map(gradient, weights, weights, _step);
    }

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }
}
