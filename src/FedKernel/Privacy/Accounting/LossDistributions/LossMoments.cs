// SPDX-License-Identifier: Apache-2.0
// Where to look, found before anything is put on a grid: K(θ) = ln E e^(θ·loss) of the whole composition (an integral, by a coarse
// sum), its saddle point for the question asked, and an interval that holds the composition tilted by θ but for a given mass.
// Only speed and width of the answer rest on this; what is promised is computed again from the grid.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The cumulant function of a composed loss.</summary>
internal sealed class LossMoments
{
    private readonly List<(double[] Losses, double[] Masses, long Count)> _parts = [];

    public LossMoments(IReadOnlyList<LossPart> parts, double tail)
    {
        foreach (LossPart part in parts)
        {
            Collector collector = new([], []);
            part.Source.Visit(default, tail, ref collector);
            _parts.Add(([.. collector.Losses], [.. collector.Masses], part.Count));
        }
    }

    /// <summary>ln of the greatest that e^(−θy)·(1 − e^−y) becomes: δ(ε) ≤ exp(K(θ) − θε) times it.</summary>
    public static double LogPeak(double tilt) =>
        tilt == 0 ? 0 : (tilt * Math.Log(tilt)) - ((1 + tilt) * Math.Log(1 + tilt));

    /// <summary>A loss to lay a grid point on: one that its bin balances, its masses under P and Q summed.</summary>
    /// <remarks>
    /// Where the bulk of the losses is narrower than a bin, the grid's errors are of second order only with the bulk on a point.
    /// </remarks>
    public double Balanced(int part, double step)
    {
        (double[] losses, double[] masses, _) = _parts[part];
        double point = Fullest(losses, masses, step);
        for (int round = 0; round < 30 && step < 1; round++)
        {
            double p = 0, q = 0;
            for (int i = 0; i < losses.Length; i++)
            {
                if (Math.Abs(losses[i] - point) <= 0.5 * step)
                {
                    p += masses[i];
                    q += masses[i] * SmallMath.ExpMinusOne(point - losses[i]);
                }
            }

            double next = p > 0 ? point - NormalDistribution.LogOnePlus(q / p) : point;
            if (Math.Abs(next - point) < 1e-6 * step)
            {
                break;
            }

            point = next;
        }

        return point;
    }

    /// <summary>The mean of the bin of this width that holds most: where that is wide, its middle may be far from the mass.</summary>
    private static double Fullest(double[] losses, double[] masses, double width)
    {
        int[] order = [.. Enumerable.Range(0, losses.Length).OrderBy(i => losses[i])];
        double inside = 0, weighted = 0, most = -1, best = 0;
        for (int right = 0, left = 0; right < order.Length; right++)
        {
            inside += masses[order[right]];
            weighted += masses[order[right]] * losses[order[right]];
            while (losses[order[right]] - losses[order[left]] > width)
            {
                inside -= masses[order[left]];
                weighted -= masses[order[left]] * losses[order[left]];
                left++;
            }

            if (inside > most)
            {
                (most, best) = (inside, weighted / inside);
            }
        }

        return best;
    }

    /// <summary>K(θ).</summary>
    public double Cumulant(double tilt) => Evaluate(tilt).Value;

    /// <summary>K′(θ): the mean of the tilted composition.</summary>
    public double Mean(double tilt) => Evaluate(tilt).Mean;

    /// <summary>The θ at which the bound of δ at ε = K′(θ) is the given one; 0 if that needs none.</summary>
    public double TiltForDelta(double logDelta) => Solve(tilt =>
    {
        (double value, double mean) = Evaluate(tilt);
        return value - (tilt * mean) + LogPeak(tilt) < logDelta;
    });

    /// <summary>The θ with K′(θ) = ε; 0 where the mean is above ε without tilt.</summary>
    public double TiltForEpsilon(double epsilon) => Solve(tilt => Mean(tilt) > epsilon);

    /// <summary>The t &gt; 0 for which a Chernoff bound of mass at distance, e^−decades, is nearest; and where.</summary>
    /// <param name="tilt">θ.</param>
    /// <param name="sign">1: above; −1: below.</param>
    /// <param name="logMass">ln of 1 over the mass.</param>
    /// <param name="variance">What the grid adds to the variance of the composition.</param>
    public (double Slope, double Edge) Edge(double tilt, int sign, double logMass, double variance)
    {
        double here = Cumulant(tilt);
        double Distance(double logSlope)
        {
            double slope = Math.Exp(logSlope);
            return ((Cumulant(tilt + (sign * slope)) - here + logMass) / slope) + (0.5 * variance * slope);
        }

        // (convex + constant)/t has one valley.
        const double Golden = 0.61803398874989485;
        double low = -23, high = 23;
        double a = high - (Golden * (high - low)), b = low + (Golden * (high - low));
        double atA = Distance(a), atB = Distance(b);
        for (int i = 0; i < 24; i++)
        {
            if (atA < atB)
            {
                (high, b, atB) = (b, a, atA);
                a = high - (Golden * (high - low));
                atA = Distance(a);
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + (Golden * (high - low));
                atB = Distance(b);
            }
        }

        double best = 0.5 * (low + high);
        return (Math.Exp(best), sign * Distance(best));
    }

    /// <summary>The θ in [0, 10¹²] from which on the condition holds.</summary>
    private static double Solve(Func<double, bool> passed)
    {
        double low = 1e-9, high = 1e12;
        if (passed(low))
        {
            return 0;
        }

        while (high > 1.0001 * low)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = passed(middle) ? (low, middle) : (middle, high);
        }

        return low;
    }

    private (double Value, double Mean) Evaluate(double tilt)
    {
        double value = 0, mean = 0;
        foreach ((double[] losses, double[] masses, long count) in _parts)
        {
            // The largest exponent is at an end, but its mass may be nil there: scale by the largest term.
            double top = double.NegativeInfinity;
            for (int i = 0; i < losses.Length; i++)
            {
                top = masses[i] > 0 ? Math.Max(top, (tilt * losses[i]) + Math.ILogB(masses[i]) * 0.6931471805599453) : top;
            }

            double sum = 0, weighted = 0;
            for (int i = 0; i < losses.Length; i++)
            {
                double term = masses[i] * Math.Exp(Math.Min(700, (tilt * losses[i]) - top));
                sum += term;
                weighted += term * losses[i];
            }

            value += count * (top + Math.Log(sum));
            mean += count * (weighted / sum);
        }

        return (value, mean);
    }

    private readonly record struct Collector(List<double> Losses, List<double> Masses) : ILossSink
    {
        public void Add(double loss, double mass)
        {
            Losses.Add(loss);
            Masses.Add(mass);
        }
    }
}
