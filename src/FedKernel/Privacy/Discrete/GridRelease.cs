// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Discrete;

/// <summary>What clipping and noise in one pass did. The norm is the client's own: it is not part of what is released.</summary>
/// <param name="Event">What was released; null if the update was refused.</param>
/// <param name="Norm">‖x‖₂ before clipping; NaN if refused.</param>
/// <param name="Factor">Steps of the grid for each unit of x; 0 if refused.</param>
/// <param name="NonFiniteCount">Values that are NaN or infinite; the update is refused unless this is 0.</param>
public sealed record GridRelease(PrivacyEvent? Event, double Norm, double Factor, long NonFiniteCount);
