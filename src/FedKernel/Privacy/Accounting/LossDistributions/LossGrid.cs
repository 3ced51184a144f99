// SPDX-License-Identifier: Apache-2.0
// Two losses on a grid, one that dominates the given one and one that it dominates.
// Above · V. Doroshenko, B. Ghazi, P. Kamath, R. Kumar, P. Manurangsi, "Connect the dots: tighter discrete approximations of privacy
// loss distributions", PETS 2022 (arXiv 2207.04380), algorithm 1: the privacy curve δ(e^ε), convex in e^ε, is replaced by its chords
// between grid points. Read as masses: what lies between two grid points goes to both so that its mass under P and under Q is kept.
// Below · the tangent of the curve in the middle of each bin, then the lower convex hull of what the tangents leave at the grid
// points: a polygon under the curve with its corners on the grid. A tangent that falls below 0 within its bin (most of the mass in
// one bin, little above it) would pull the polygon below 0: the losses of such a bin are rounded down instead. Its error grows with T·h², as that of the chords does; the grid is
// chosen with h ∝ 1/√T, so that it does not grow at all. Rounding losses down (error T·h) and the concentration bound of S. Gopi,
// Y. T. Lee, L. Wutschitz, NeurIPS 2021 (arXiv 2106.02848; error h·√T) were rejected: both are wider at every grid used here.
// Differences to the paper: masses are split one by one, never found as second differences of δ, which cancel.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of one release on a grid, from above and from below.</summary>
/// <remarks>Domination survives composition: δ of a composition is, in the e^−loss of each part, a mixture of (1 − s·e^−loss)₊.</remarks>
internal sealed class LossGrid
{
    /// <summary>A share of a bin below which a point counts as lying on the grid: lattices that the grid was made for round so.</summary>
    private const double Snap = 1e-10;

    /// <summary>Mass that rounding may lose before the grid is not believed. What is lost from above would be missing in δ.</summary>
    private const double Lost = 1e-11;

    private LossGrid(long first, double[] upper, double[] lower, double outside)
    {
        First = first;
        Upper = upper;
        Lower = lower;
        Outside = outside;
    }

    /// <summary>Index of the first grid point: its loss is First·h above the offset.</summary>
    public long First { get; }

    /// <summary>Masses under P, from above.</summary>
    public double[] Upper { get; }

    /// <summary>Masses under P, from below.</summary>
    public double[] Lower { get; }

    /// <summary>Mass at an infinite loss, from above; from below it is 0.</summary>
    public double Outside { get; }

    /// <summary>Puts a loss on the grid.</summary>
    /// <param name="source">The loss.</param>
    /// <param name="offset">The loss of index 0.</param>
    /// <param name="step">h.</param>
    /// <param name="tail">Mass that may go to infinity.</param>
    public static LossGrid Of(LossSource source, double offset, double step, double tail)
    {
        (double least, double greatest) = source.Range(tail);
        long first = (long)Math.Floor((least - offset) / step) - 1;
        int length = checked((int)((long)Math.Floor((greatest - offset) / step) - first + 4));
        Splitter splitter = new(first, offset, step, length);
        source.Visit(new GridLines(offset, 0.5 * step), tail, ref splitter);
        double outside = source.Outside(tail);
        double[] upper = [.. splitter.Staying.Zip(splitter.Moved, (a, b) => a + b)];
        if (!(upper.Sum() + outside >= 1 - Lost))
        {
            // Losses whose exponentials or cells the numbers cannot hold: such a release may be taken to tell everything, and nothing.
            return new LossGrid(first, new double[length], new double[length], 1);
        }

        double[] lower = new ConvexHull(step).Polygon(splitter.Staying, splitter.Moved, splitter.GapRight, splitter.GapLeft);
        return new LossGrid(first, upper, lower, outside);
    }

    /// <summary>Splits masses between grid points, and sums what the tangents leave below the curve at both.</summary>
    private readonly struct Splitter(long first, double offset, double step, int length) : ILossSink
    {
        private readonly double _perStep = 1 / step;
        private readonly double _grow = SmallMath.ExpMinusOne(step);

        /// <summary>What lies at a grid point, and the part of the bin to its right that the chord gives to it.</summary>
        public double[] Staying { get; } = new double[length];

        /// <summary>The part of the bin to the left that the chord gives to a grid point.</summary>
        public double[] Moved { get; } = new double[length];

        /// <summary>δ minus the tangent of the bin to the right, at each grid point.</summary>
        public double[] GapRight { get; } = new double[length];

        /// <summary>δ minus the tangent of the bin to the left.</summary>
        public double[] GapLeft { get; } = new double[length];

        public void Add(double loss, double mass)
        {
            double position = (loss - offset) * _perStep;
            double below = Math.Floor(position);
            double part = position - below;
            int index = (int)((long)below - first);
            if (part < Snap)
            {
                Staying[index] += mass;
                return;
            }

            if (part > 1 - Snap)
            {
                Staying[index + 1] += mass;
                return;
            }

            double toNext = SmallMath.ExpMinusOne((1 - part) * step);
            double stays = toNext / _grow;
            Staying[index] += mass * stays;
            Moved[index + 1] += mass * (1 - stays);
            if (part < 0.5)
            {
                GapRight[index] -= mass * SmallMath.ExpMinusOne(-part * step);
            }
            else
            {
                GapLeft[index + 1] += mass * toNext;
            }
        }
    }
}
