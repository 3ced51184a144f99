// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>What the validation of one kernel on one device found.</summary>
/// <param name="Kernel">Stable name of the kernel, as in <c>squared_l2_norm</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="DeviceId">Where it ran.</param>
/// <param name="Cases">Launches that were compared.</param>
/// <param name="Values">Result values that were compared.</param>
/// <param name="WorstUlp">Largest distance from the plain reference; infinity where only one of the two is finite.</param>
/// <param name="DeclaredUlp">What the kernel promises.</param>
/// <param name="FirstFailure">Length, index, inputs and outputs in hex of the first breach; null if there is none.</param>
/// <param name="Sha256">Hash of all results, NaN counted as one value: equal on devices that give equal bits.</param>
public sealed record KernelReport(
    string Kernel,
    string Shape,
    string DeviceId,
    long Cases,
    long Values,
    double WorstUlp,
    int DeclaredUlp,
    string? FirstFailure,
    string Sha256)
{
    /// <summary>True if something was compared and nothing was out of bounds. Nothing done is never a pass.</summary>
    public bool Pass => FirstFailure is null && Values > 0;
}
