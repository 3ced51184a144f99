// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;
using FedKernel.Rounds;
using FedKernel.Training.Solvers;
using FedKernel.Updates;

namespace FedKernel.Training.Federation;

/// <summary>A client in this process. It shares nothing with the server but the bytes that pass.</summary>
/// <param name="id">1 to 128 bytes of UTF-8.</param>
/// <param name="device">Where it computes.</param>
/// <param name="trainer">What it does with a model. Left to the caller to dispose of.</param>
/// <param name="rounding">Bits for a plan whose compression rounds at random; null if none does.</param>
public sealed class LocalClient(string id, Device device, ILocalTrainer trainer, RoundingSource? rounding = null) : IFederatedClient, IDisposable
{
    private UpdateCompressor? _compressor;

    /// <inheritdoc/>
    public string Id { get; } = id;

    /// <inheritdoc/>
    public PrivacyEvent? Released => (trainer as IPrivateTrainer)?.Released;

    /// <inheritdoc/>
    public byte[] TakePart(ReadOnlySpan<byte> invitation)
    {
        using ClientRound round = ClientRound.Join(device, Id, invitation);
        using ModelUpdate update = trainer.Train(round.GlobalModel);
        if (round.Plan.Compression is not { } pipeline)
        {
            return round.Submit(update, trainer.ExampleCount);
        }

        // Kept from round to round, for it remembers what compression took away; a plan with another pipeline is refused.
        _compressor ??= new UpdateCompressor(device, round.Plan.Layout, pipeline, rounding);
        return round.Submit(update, trainer.ExampleCount, _compressor);
    }

    /// <summary>Frees the memory of error feedback.</summary>
    public void Dispose() => _compressor?.Dispose();
}
