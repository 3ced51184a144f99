// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;
using FedKernel.Rounds;
using FedKernel.Training.Solvers;
using FedKernel.Updates;

namespace FedKernel.Training.Federation;

/// <summary>A client in this process. It shares nothing with the server but the bytes that pass.</summary>
/// <param name="id">1 to 128 bytes of UTF-8.</param>
/// <param name="device">Where it computes.</param>
/// <param name="trainer">What it does with a model.</param>
public sealed class LocalClient(string id, Device device, ILocalTrainer trainer) : IFederatedClient
{
    /// <inheritdoc/>
    public string Id { get; } = id;

    /// <inheritdoc/>
    public PrivacyEvent? Released => (trainer as IPrivateTrainer)?.Released;

    /// <inheritdoc/>
    public byte[] TakePart(ReadOnlySpan<byte> invitation)
    {
        using ClientRound round = ClientRound.Join(device, Id, invitation);
        using ModelUpdate update = trainer.Train(round.GlobalModel);
        return round.Submit(update, trainer.ExampleCount);
    }
}
