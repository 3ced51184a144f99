// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Training.Federation;

/// <summary>A client as the loop sees it: bytes go in, bytes come out. A host puts its network behind this.</summary>
public interface IFederatedClient
{
    /// <summary>Names it in the receipts.</summary>
    string Id { get; }

    /// <summary>All that it has released about its patients, as one event; null if it promises no privacy or released nothing.</summary>
    PrivacyEvent? Released { get; }

    /// <summary>Takes part in a round.</summary>
    /// <param name="invitation">Bytes of <see cref="Rounds.ServerRound.Invite"/>.</param>
    /// <returns>Bytes for <see cref="Rounds.ServerRound.Receive"/>.</returns>
    /// <exception cref="ProtocolException">It cannot send an update this time; the round goes on without it.</exception>
    /// <exception cref="PrivacyBudgetException">Its budget is spent: the training stops.</exception>
    byte[] TakePart(ReadOnlySpan<byte> invitation);
}
