// SPDX-License-Identifier: Apache-2.0
// Rényi divergence of the Gaussian on a batch of fixed size drawn without replacement, replace-one · Y.-X. Wang, B. Balle,
// S. Kasiviswanathan, "Subsampled Rényi differential privacy and analytical moments accountant", AISTATS 2019 (arXiv 1808.00087),
// theorem 9 with the ternary moments of its appendix; integer orders:
//   A ≤ 1 + Σ_{j≥2} C(α,j)·q^j·min{ 4·√(B(2⌊j/2⌋)·B(2⌈j/2⌉)), 2·e^{(j²−j)/2z²} },   B(l) = E[(w − 1)^l], w the likelihood ratio
// Parameters: q = m/n; z = σ over the sensitivity for replace-one neighbours (twice the clipping bound): it is not doubled here again.
// Fractional orders: (α − 1)·D_α is convex in α, so a chord between integers is above it.
// What differs: B is an integral of positive terms, where an alternating sum of exponentials loses all digits for large z; and it is
// used at every order, where dp_accounting leaves it out above 256.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Divergences of a Gaussian release about a batch of fixed size, at all orders asked for.</summary>
internal static class FixedSizeGaussianDivergence
{
    private const double Step = 0.25;
    private static readonly double _logStep = Math.Log(Step) - (0.5 * Math.Log(2 * Math.PI));

    public static double[] Of(double q, double z, IReadOnlyList<double> orders)
    {
        var moments = new Dictionary<int, double>();
        var cumulants = new Dictionary<int, double> { [1] = 0 };
        return [.. orders.Select(order =>
        {
            int below = (int)Math.Floor(order), above = (int)Math.Ceiling(order);
            double share = order - below;
            return (((1 - share) * Cumulant(below)) + (share * Cumulant(above))) / (order - 1);
        })];

        // (α − 1)·D_α at an integer.
        double Cumulant(int order)
        {
            if (cumulants.TryGetValue(order, out double known))
            {
                return known;
            }

            var sum = new LogSum();
            double logBinomial = Math.Log(order);
            for (int j = 2; j <= order; j++)
            {
                logBinomial += Math.Log((order - j + 1.0) / j);
                double ternary = Math.Log(4) + (0.5 * (Moment(j / 2 * 2) + Moment((j + 1) / 2 * 2)));
                double simple = Math.Log(2) + ((double)j * (j - 1) / 2 / z / z);
                sum.Add(logBinomial + (j * Math.Log(q)) + Math.Min(ternary, simple));
            }

            // Sampling never harms: without it the divergence is α/2z².
            double result = Math.Min(LogSum.LogOnePlusExp(sum.Log), (double)order * (order - 1) / 2 / z / z);
            cumulants[order] = result;
            return result;
        }

        double Moment(int l)
        {
            if (!moments.TryGetValue(l, out double log))
            {
                log = l == 2 ? LogSum.LogExpMinusOne(1 / z / z) : LogMoment(l, z);
                moments[l] = log;
            }

            return log;
        }
    }

    /// <summary>ln B(l) for even l, by the trapezoidal rule on the two humps left and right of w = 1, each walked from its top.</summary>
    internal static double LogMoment(int l, double z)
    {
        var sum = new LogSum();
        double middle = 0.5 / z;
        long last = (long)Math.Floor(middle / Step);

        long left = Math.Min(last, Top(-10 - (l * Math.Max(1, 1 / z)), middle));
        Walk(left, -1, long.MinValue);
        Walk(left + 1, 1, last);
        long right = Math.Max(last + 1, Top(middle, middle + (l / z) + 10 + Math.Sqrt(l)));
        Walk(right, 1, long.MaxValue);
        Walk(right - 1, -1, last + 1);
        return sum.Log + _logStep;

        // Where the slope of a log-concave hump, which falls, turns.
        long Top(double low, double high)
        {
            for (int i = 0; i < 60; i++)
            {
                double t = 0.5 * (low + high);
                (low, high) = Slope(t) > 0 ? (t, high) : (low, t);
            }

            return (long)Math.Floor(low / Step);
        }

        void Walk(long start, int direction, long end)
        {
            double top = Height(start * Step);
            for (long k = start; direction < 0 ? k >= end : k <= end; k += direction)
            {
                double height = Height(k * Step);
                sum.Add(height);
                if (height < top - 60)
                {
                    break;
                }
            }
        }

        double Height(double t)
        {
            double loss = (t / z) - (0.5 / z / z);
            double log = loss > 0 ? LogSum.LogExpMinusOne(loss) : Math.Log(-LogSum.ExpMinusOne(loss));
            return (l * log) - (0.5 * t * t);
        }

        double Slope(double t)
        {
            double loss = (t / z) - (0.5 / z / z);
            return (l / z / -LogSum.ExpMinusOne(-loss)) - t;
        }
    }
}
