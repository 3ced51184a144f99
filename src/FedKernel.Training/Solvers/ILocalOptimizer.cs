// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Training.Solvers;

/// <summary>Moves weights by a gradient. May hold state, which belongs to one model.</summary>
public interface ILocalOptimizer : IDisposable
{
    /// <summary>One step, in place.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="gradient">As long as the model; may be overwritten.</param>
    void Step(DeviceBuffer<float> weights, DeviceBuffer<float> gradient);
}
