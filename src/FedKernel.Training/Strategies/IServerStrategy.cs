// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Training.Strategies;

/// <summary>What the server does with the mean update of a round.</summary>
public interface IServerStrategy
{
    /// <summary>Moves the global model, in place.</summary>
    /// <param name="globalModel">The model that the clients were given.</param>
    /// <param name="meanUpdate">The weighted mean of their updates, as long as the model.</param>
    void Apply(DeviceBuffer<float> globalModel, DeviceBuffer<float> meanUpdate);
}
