// SPDX-License-Identifier: Apache-2.0
using FedKernel.Updates;

namespace FedKernel.Compression;

/// <summary>What a stage may need beside the values.</summary>
/// <param name="Layout">How the whole update is read: budgets of layers, shapes of matrices.</param>
/// <param name="Round">Number of the round: with the client's key it names the random bits, so it never repeats under a key.</param>
/// <param name="Seed">Public bits of this client and round: they travel in the frame where a stage uses them.</param>
/// <param name="Rounding">Bits of stochastic rounding; null where no stage rounds with them.</param>
public sealed record EncodingContext(ParameterLayout Layout, uint Round, SharedSeed Seed, RoundingSource? Rounding);
