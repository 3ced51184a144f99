// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Random;

/// <summary>A reproducible seed of a simulation. Protects nobody: it never becomes a <see cref="SecretKey256"/>.</summary>
/// <param name="Value">Any 64 bits.</param>
public readonly record struct SimulationSeed(ulong Value);
