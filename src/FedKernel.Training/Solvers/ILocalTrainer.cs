// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Updates;

namespace FedKernel.Training.Solvers;

/// <summary>
/// What one client does with the global model in a round. The seam for a host: implement it around any trainer, and the rounds,
/// the aggregation and the privacy of this engine work with it.
/// </summary>
public interface ILocalTrainer : IDisposable
{
    /// <summary>Examples behind an update: its weight in the mean. Positive.</summary>
    double ExampleCount { get; }

    /// <summary>Trains from the global model and returns the difference to it. The caller disposes of the result.</summary>
    /// <param name="globalModel">Must be left as it is.</param>
    /// <exception cref="PrivacyBudgetException">The next release would exceed what was planned for.</exception>
    ModelUpdate Train(DeviceBuffer<float> globalModel);
}

/// <summary>A trainer whose updates are differentially private by themselves, whoever sees them.</summary>
public interface IPrivateTrainer : ILocalTrainer
{
    /// <summary>Whose presence the releases hide.</summary>
    PrivacyUnit Unit { get; }

    /// <summary>All releases so far as one event; null if there were none.</summary>
    PrivacyEvent? Released { get; }
}
