// SPDX-License-Identifier: Apache-2.0
// P is a mixture of unit normals on a line along which the loss increases. The masses of the bins are Gauss–Legendre sums over cells
// that end where bins end: every mass is positive and has a relative error near 10⁻¹⁴. Differences of Φ, the rejected alternative,
// lose h⁻¹ times more: after 10⁶ compositions it would be seen.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>A loss that is an increasing function of a mixture of unit normals.</summary>
internal abstract record LineLoss : LossSource
{
    private const double WidestCell = 0.5;
    private static readonly double[] _nodes2 = [-0.57735026918962576, 0.57735026918962576];
    private static readonly double[] _weights2 = [1, 1];
    private static readonly double[] _nodes3 = [-0.77459666924148338, 0, 0.77459666924148338];
    private static readonly double[] _weights3 = [0.55555555555555556, 0.88888888888888889, 0.55555555555555556];
    private static readonly double[] _nodes5 =
        [-0.90617984593866399, -0.53846931010568309, 0, 0.53846931010568309, 0.90617984593866399];

    private static readonly double[] _weights5 =
        [0.23692688505618909, 0.47862867049936647, 0.56888888888888889, 0.47862867049936647, 0.23692688505618909];

    private static readonly double _normalScale = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>Weight of the normal around 0.</summary>
    protected abstract double CentralWeight { get; }

    /// <summary>Where the other normal is; its weight is what the first lacks.</summary>
    protected abstract double Shift { get; }

    /// <summary>The loss at z, increasing.</summary>
    protected abstract double Loss(double z);

    /// <summary>Where the loss has this value; infinite where it never has.</summary>
    protected abstract double Inverse(double loss);

    /// <summary>Over how much of z the loss bends, at z; 1 or more where it is smooth.</summary>
    protected abstract double Smoothness(double z);

    /// <inheritdoc/>
    public override (double Least, double Greatest) Range(double tail)
    {
        (double low, double high, double low2, double high2) = Support(tail);
        return (Loss(Math.Min(low, low2)), Loss(Math.Max(high, high2)));
    }

    /// <inheritdoc/>
    public override void Visit<TSink>(GridLines lines, double tail, ref TSink sink)
    {
        (double low, double high, double low2, double high2) = Support(tail);
        if (low2 > high || high2 < low)
        {
            VisitInterval(low, high, lines, ref sink);
            VisitInterval(low2, high2, lines, ref sink);
        }
        else
        {
            VisitInterval(Math.Min(low, low2), Math.Max(high, high2), lines, ref sink);
        }
    }

    /// <summary>Where each normal has all but half of the tail.</summary>
    private (double Low, double High, double Low2, double High2) Support(double tail)
    {
        double first = Reach(tail / (4 * CentralWeight));
        double other = 1 - CentralWeight;
        if (other <= 0)
        {
            return (-first, first, -first, first);
        }

        double second = Reach(tail / (4 * other));
        return (-first, first, Shift - second, Shift + second);
    }

    /// <summary>The z with Φ(−z) ≤ the mass; at least 1, so that there is something to integrate.</summary>
    private static double Reach(double mass)
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

    private void VisitInterval<TSink>(double low, double high, GridLines lines, ref TSink sink)
        where TSink : struct, ILossSink
    {
        double z = low;
        bool aligned = lines.Step > 0;
        double boundary = aligned ? Math.Floor((Loss(low) - lines.Offset) / lines.Step) : 0;
        double next = aligned ? double.NegativeInfinity : double.PositiveInfinity;
        while (z < high)
        {
            while (next <= z)
            {
                boundary++;
                next = Inverse(lines.Offset + (boundary * lines.Step));
            }

            double bend = Math.Max(1, 1 / Smoothness(z));
            double rough = Math.Max(bend, Math.Min(40, Math.Max(Math.Abs(z), Math.Abs(z - Shift))));
            double end = Math.Min(Math.Min(high, next), z + (WidestCell / (aligned ? rough : bend)));
            VisitCell(z, end, (end - z) * rough, ref sink);
            z = end;
        }
    }

    private void VisitCell<TSink>(double low, double high, double relativeWidth, ref TSink sink)
        where TSink : struct, ILossSink
    {
        // The relative error of n points over a width w is near w^2n · (n!)⁴ / ((2n + 1) · (2n)!³).
        (double[] nodes, double[] weights) = relativeWidth < 0.002 ? (_nodes2, _weights2)
            : relativeWidth < 0.05 ? (_nodes3, _weights3) : (_nodes5, _weights5);
        double middle = 0.5 * (low + high), half = 0.5 * (high - low);
        for (int i = 0; i < nodes.Length; i++)
        {
            double z = middle + (half * nodes[i]);
            sink.Add(Loss(z), half * weights[i] * Density(z));
        }
    }

    private double Density(double z)
    {
        double first = CentralWeight * Math.Exp(-0.5 * z * z);
        double away = z - Shift;
        return _normalScale * (CentralWeight < 1 ? first + ((1 - CentralWeight) * Math.Exp(-0.5 * away * away)) : first);
    }
}
