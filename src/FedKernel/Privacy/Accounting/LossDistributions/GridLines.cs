// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The losses Offset + k·Step; none where the step is 0.</summary>
internal readonly record struct GridLines(double Offset, double Step);
