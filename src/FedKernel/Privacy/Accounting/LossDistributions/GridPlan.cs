// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>How a composition is put on a grid.</summary>
/// <param name="Step">h.</param>
/// <param name="Levels">The window has 2^Levels points.</param>
/// <param name="Start">The loss at which the window begins.</param>
/// <param name="Tilt">θ: the composition is weighted by e^(θ·loss), so that the tail in question is its middle.</param>
/// <param name="SlopeAbove">The exponent of the Chernoff bound of the tilted mass above the window.</param>
/// <param name="SlopeBelow">The same below.</param>
/// <param name="Tail">Mass of one release that may go to infinity.</param>
internal readonly record struct GridPlan(
    double Step, int Levels, double Start, double Tilt, double SlopeAbove, double SlopeBelow, double Tail);
