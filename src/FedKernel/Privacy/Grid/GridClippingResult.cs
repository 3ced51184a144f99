// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Grid;

/// <summary>What clipping to a grid did.</summary>
/// <param name="Bounded">The integers; null if the update was refused.</param>
/// <param name="Norm">‖x‖₂ before clipping; NaN if refused.</param>
/// <param name="Factor">Steps of the grid for each unit of x; S/C where nothing was clipped; 0 if refused.</param>
/// <param name="NonFiniteCount">Values that are NaN or infinite; the update is refused unless this is 0.</param>
/// <param name="Retries">How often rounding was drawn again because the norm had passed S; 0 for <see cref="GridClipping"/>.</param>
public sealed record GridClippingResult(BoundedGridUpdate? Bounded, double Norm, double Factor, long NonFiniteCount, int Retries);
