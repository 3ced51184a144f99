// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>T releases with one loss.</summary>
/// <param name="Source">The loss.</param>
/// <param name="Count">T.</param>
/// <param name="Offset">A loss that is a grid point.</param>
internal readonly record struct LossPart(LossSource Source, long Count, double Offset = 0);
