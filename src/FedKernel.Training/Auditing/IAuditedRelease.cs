// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Training.Auditing;

/// <summary>A mechanism under audit: canaries go in by coins, bytes come out, and it claims a privacy.</summary>
/// <remarks>
/// The mechanism sees the coins and the adversary sees the bytes; neither sees the other. A trainer is audited by an implementation
/// whose canaries are training examples and whose bytes are the model.
/// </remarks>
public interface IAuditedRelease
{
    /// <summary>m: how many canaries it takes.</summary>
    int CanaryCount { get; }

    /// <summary>What it claims to have released, for add-or-remove-one neighbours: one canary is one unit of privacy.</summary>
    PrivacyEvent Claim { get; }

    /// <summary>
    /// Whether the claim also says that what is released about one canary is independent of the others: true of independent noise on
    /// orthogonal canaries, false of a trained model. The sharper methods need it.
    /// </summary>
    bool CanariesApart { get; }

    /// <summary>Runs the mechanism once.</summary>
    /// <param name="included">For each canary whether it is in the data.</param>
    /// <returns>Everything that becomes public.</returns>
    byte[] Release(ReadOnlySpan<bool> included);
}
