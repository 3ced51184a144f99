// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Auditing;

/// <summary>How scores become a lower bound of ε.</summary>
public enum AuditMethod
{
    /// <summary><see cref="OneRunAudit"/>: for any mechanism, canaries may depend on each other.</summary>
    OneRun,

    /// <summary><see cref="OneRunTradeOffAudit"/>: for mechanisms of a Gaussian curve, canaries may depend on each other.</summary>
    OneRunTradeOff,

    /// <summary><see cref="EpsilonLowerBound.ClopperPearson"/>: for any mechanism that treats canaries apart.</summary>
    ClopperPearson,

    /// <summary><see cref="EpsilonLowerBound.GaussianTradeOff"/>: for mechanisms of a Gaussian curve that treat canaries apart.</summary>
    GaussianTradeOff,
}

/// <summary>A lower bound of ε and the evidence for it.</summary>
/// <param name="Method">How it was computed.</param>
/// <param name="Epsilon">The bound; 0 says nothing.</param>
/// <param name="Guesses">Canaries that the deciding attack guessed.</param>
/// <param name="Correct">How many of these it guessed right.</param>
/// <param name="ChoiceCount">Among how many attacks α was shared.</param>
public readonly record struct AuditedBound(AuditMethod Method, double Epsilon, long Guesses, long Correct, int ChoiceCount);
