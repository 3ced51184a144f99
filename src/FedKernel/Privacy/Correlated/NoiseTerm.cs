// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Correlated;

/// <summary>A share of one raw noise in the noise of a round.</summary>
/// <param name="Source">Number of the raw noise; the same number is the same noise in every round.</param>
/// <param name="Coefficient">What it is multiplied by.</param>
public readonly record struct NoiseTerm(uint Source, double Coefficient);
