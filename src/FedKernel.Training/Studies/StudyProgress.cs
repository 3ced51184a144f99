// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Federation;

namespace FedKernel.Training.Studies;

/// <summary>How far a study is.</summary>
/// <param name="Activity">What it is doing.</param>
/// <param name="Fraction">Share of the whole that is done, 0 to 1.</param>
/// <param name="Round">The round that just ended, if one did.</param>
public sealed record StudyProgress(string Activity, double Fraction, RoundRecord? Round)
{
    /// <summary>Whether the round is one of several hospitals together.</summary>
    public bool IsFederated { get; init; }
}

/// <summary>Hands reports on at once, on the caller's thread; the platform's Progress posts them to another.</summary>
internal sealed class Relay<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}
