// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression;

/// <summary>What a stage of a pipeline promises of its result C(x).</summary>
/// <param name="IsUnbiased">E[C(x)] = x.</param>
/// <param name="VarianceBound">ω with E‖C(x) − x‖² ≤ ω‖x‖² for every x of this length; +∞ if there is none.</param>
/// <param name="SumsCommute">
/// Codes are integers on a scale that all clients share, so the sum of codes is the code of the sum: what masks, discrete noise and
/// homomorphic encryption take.
/// </param>
public readonly record struct StageTraits(bool IsUnbiased, double VarianceBound, bool SumsCommute)
{
    /// <summary>A stage that changes nothing.</summary>
    public static StageTraits Lossless { get; } = new(true, 0, false);
}
