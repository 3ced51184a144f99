// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Auditing;

/// <summary>Finds the end of what the evidence refutes.</summary>
internal static class Refutation
{
    // Nothing that a count can say reaches further: ln 2⁴⁰ is below 28.
    private const double Greatest = 1024;

    /// <summary>The largest value in [floor, 1024] that is refuted, all below it being so too; the floor if it is not refuted itself.</summary>
    public static double Largest(Func<double, bool> isRefuted, double floor)
    {
        if (!isRefuted(floor))
        {
            return floor;
        }

        double low = floor, step = 1;
        while (low + step < Greatest && isRefuted(low + step))
        {
            low += step;
            step *= 2;
        }

        double high = Math.Min(low + step, Greatest);
        while (high - low > 1e-12 * Math.Max(1, high))
        {
            double middle = 0.5 * (low + high);
            (low, high) = isRefuted(middle) ? (middle, high) : (low, middle);
        }

        return low;
    }
}
