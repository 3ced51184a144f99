// SPDX-License-Identifier: Apache-2.0
// Rényi accounting · I. Mironov, "Rényi differential privacy", CSF 2017: divergences of one order add up over adaptive releases.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Upper bounds by Rényi divergences at <see cref="RenyiOrders.Default"/>.</summary>
internal static class RenyiAccountant
{
    /// <summary>Whether every event, and every sampling of one, has a proven bound.</summary>
    public static bool Knows(PrivacyEvent history) => RenyiProfile.Refusal(history) is null;

    /// <summary>ε at δ; ∞ where no order gives one.</summary>
    public static double Epsilon(PrivacyEvent history, double delta) =>
        RenyiConversion.Epsilon(RenyiProfile.Of(history, RenyiOrders.Default), delta);

    /// <summary>δ at ε.</summary>
    public static double Delta(PrivacyEvent history, double epsilon) =>
        RenyiConversion.Delta(RenyiProfile.Of(history, RenyiOrders.Default), epsilon);
}
