// SPDX-License-Identifier: Apache-2.0
// Federated averaging · B. McMahan et al., "Communication-efficient learning of deep networks from decentralized data",
// AISTATS 2017, algorithm 1. The weighted mean of the clients' models is the global model plus the weighted mean of their updates.
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Training.Strategies;

/// <summary>model += mean update</summary>
public sealed class FedAvg : IServerStrategy
{
    /// <inheritdoc/>
    public void Apply(DeviceBuffer<float> globalModel, DeviceBuffer<float> meanUpdate)
    {
        ArgumentNullException.ThrowIfNull(globalModel);
        globalModel.Device.Map(meanUpdate, globalModel, globalModel, new Axpy(1));
    }
}
