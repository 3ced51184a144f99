// SPDX-License-Identifier: Apache-2.0
// (ε, δ) of Rényi divergences · C. Canonne, G. Kamath, T. Steinke, "The discrete Gaussian for differential privacy", 2020
// (arXiv 2004.00010), proposition 12:
//   ε = min over α of D_α + ln(1 − 1/α) − ln(δα)/(α − 1)
//   ln δ = min over α of (α − 1)(D_α − ε + ln(1 − 1/α)) − ln α
// Below α = 1.01 it is not used: nothing is gained there, and α − 1 divides. Any D_α bounds the Kullback–Leibler divergence and so
// the total variation, TV² ≤ 1 − e^{−D} (J. Bretagnolle, C. Huber, 1979): at δ ≥ TV, ε is 0.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>From divergences to ε or δ.</summary>
internal static class RenyiConversion
{
    private const double LeastOrder = 1.01;

    /// <summary>ε at one order; may be negative.</summary>
    public static double Epsilon(double order, double divergence, double delta) =>
        divergence + NormalDistribution.LogOnePlus(-1 / order) - ((Math.Log(delta) + Math.Log(order)) / (order - 1));

    /// <summary>ln δ at one order.</summary>
    public static double LogDelta(double order, double divergence, double epsilon) =>
        ((order - 1) * (divergence - epsilon + NormalDistribution.LogOnePlus(-1 / order))) - Math.Log(order);

    /// <summary>The least ε over all orders; ∞ if none gives one.</summary>
    public static double Epsilon(RenyiProfile profile, double delta)
    {
        double left = delta - profile.AddedDelta;
        double least = double.PositiveInfinity;
        for (int i = 0; i < profile.Divergences.Length && left > 0; i++)
        {
            double divergence = profile.Divergences[i];
            double epsilon = (left * left) + LogSum.ExpMinusOne(-divergence) > 0 ? 0
                : profile.Orders[i] > LeastOrder ? Epsilon(profile.Orders[i], divergence, left)
                : double.PositiveInfinity;
            least = Math.Min(least, Math.Max(0, epsilon));
        }

        return least;
    }

    /// <summary>The least δ over all orders, at most 1.</summary>
    public static double Delta(RenyiProfile profile, double epsilon)
    {
        double least = 0;
        for (int i = 0; i < profile.Divergences.Length; i++)
        {
            double divergence = profile.Divergences[i];
            double variation = divergence == 0
                ? double.NegativeInfinity
                : 0.5 * Math.Log(-LogSum.ExpMinusOne(-divergence));
            double converted = profile.Orders[i] > LeastOrder ? LogDelta(profile.Orders[i], divergence, epsilon) : 0;
            least = Math.Min(least, Math.Min(variation, converted));
        }

        return Math.Min(1, Math.Exp(least) + profile.AddedDelta);
    }
}
