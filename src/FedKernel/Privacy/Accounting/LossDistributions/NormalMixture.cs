// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>w·N(0, 1) + (1 − w)·N(shift, 1).</summary>
internal readonly record struct NormalMixture(double Weight, double Shift)
{
    private static readonly double _scale = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>The density.</summary>
    public double Density(double z)
    {
        double first = Weight * Math.Exp(-0.5 * z * z), away = z - Shift;
        return _scale * (Weight < 1 ? first + ((1 - Weight) * Math.Exp(-0.5 * away * away)) : first);
    }

    /// <summary>1 over the length on which the density changes.</summary>
    public double Roughness(double z) => Math.Max(1, Math.Min(40, Math.Max(Math.Abs(z), Math.Abs(z - Shift))));

    /// <summary>One or two intervals that have all but a tail of the mass; the second is empty where one will do.</summary>
    public (double Low, double High, double Low2, double High2) Support(double tail)
    {
        double first = Reach(tail / (4 * Weight));
        if (Weight >= 1)
        {
            return (-first, first, first, first);
        }

        double second = Reach(tail / (4 * (1 - Weight)));
        double low = Shift - second, high = Shift + second;
        return Weight <= 0 ? (low, high, high, high)
            : low > first ? (-first, first, low, high)
            : (Math.Min(-first, low), Math.Max(first, high), high, high);
    }

    /// <summary>The z with Φ(−z) ≤ the mass, and a little to integrate over.</summary>
    public static double Reach(double mass)
    {
        if (mass >= 0.1)
        {
            return 1.3;
        }

        double target = Math.Log(mass), low = 1, high = 40;
        while (high - low > 1e-3)
        {
            double middle = 0.5 * (low + high);
            (low, high) = NormalDistribution.LogCdf(-middle) <= target ? (low, middle) : (middle, high);
        }

        return high;
    }
}
