// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>What tilted masses on a window of the grid mean.</summary>
/// <param name="Step">h.</param>
/// <param name="Tilt">θ.</param>
/// <param name="Offset">The loss of index 0.</param>
/// <param name="First">Index of the first grid point.</param>
/// <param name="LogScale">ln of what the masses were divided by, at the reference.</param>
/// <param name="Reference">The loss at which the tilt is 1.</param>
/// <param name="Error">Greatest error of the sum over the tail: of mass outside the window, and of rounding.</param>
/// <param name="Infinite">Mass at an infinite loss.</param>
internal readonly record struct TailScale(
    double Step, double Tilt, double Offset, long First, double LogScale, double Reference, double Error, double Infinite);
