// SPDX-License-Identifier: Apache-2.0
// Adam · D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1, with the defaults of the paper
// and of PyTorch: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸ outside the root.
// The division and the root are the only operations here whose bits may differ between devices (OpenCL: 2.5 and 3 ulp).
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Training.Solvers;

/// <summary>Adam, with its two moments on the device.</summary>
public sealed class AdamOptimizer : ILocalOptimizer
{
    private const double FirstDecay = 0.9, SecondDecay = 0.999, Epsilon = 1e-8;

    private readonly double _learningRate;
    private readonly DeviceBuffer<float> _first, _second;
    private long _step;

    /// <summary>Adam for a model of the given length.</summary>
    /// <param name="device">Where the model lies.</param>
    /// <param name="length">Number of weights.</param>
    /// <param name="learningRate">Positive and finite.</param>
    public AdamOptimizer(Device device, long length, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(device);
        Throw.IfNotInRange(learningRate, float.Epsilon, float.MaxValue);
        _learningRate = learningRate;
        _first = device.Allocate<float>(length);
        _second = device.Allocate<float>(length);
    }

    /// <inheritdoc/>
    public void Step(DeviceBuffer<float> weights, DeviceBuffer<float> gradient)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Device device = weights.Device;
        _step++;
        double firstCorrection = 1 - Math.Pow(FirstDecay, _step), secondCorrection = 1 - Math.Pow(SecondDecay, _step);
        device.Map(_first, gradient, _first, new FirstMoment(FirstDecay));
        device.Map(_second, gradient, _second, new SecondMoment(SecondDecay));
        device.Map(_first, _second, gradient, new AdamDirection(1 / Math.Sqrt(secondCorrection), Epsilon));
        device.Map(gradient, weights, weights, new Axpy((float)(-_learningRate / firstCorrection)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }
}
