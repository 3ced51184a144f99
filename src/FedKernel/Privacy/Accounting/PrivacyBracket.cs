// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>An answer of the accountant: the true value lies in [Lower, Upper].</summary>
/// <param name="Lower">Proven from below; only says how tight the upper end is.</param>
/// <param name="Upper">Proven from above: the promise.</param>
/// <param name="LowerMethod">How the lower end was found.</param>
/// <param name="UpperMethod">How the upper end was found.</param>
public readonly record struct PrivacyBracket(double Lower, double Upper, string LowerMethod, string UpperMethod);
