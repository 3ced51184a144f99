// SPDX-License-Identifier: Apache-2.0
// The masses of the bins are Gauss–Legendre sums over cells that end where bins end: every mass is positive and has a relative error
// near 10⁻¹⁴. Differences of distribution functions, the rejected alternative, lose h⁻¹ times more: after 10⁶ compositions it shows.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>Turns a loss on a line into points.</summary>
internal static class LossCells
{
    private const double WidestCell = 0.5;

    /// <summary>Relative width where no grid asks for more: errors near 10⁻⁹.</summary>
    private const double CoarseCell = 2.5;

    private static readonly double[] _nodes2 = [-0.57735026918962576, 0.57735026918962576];
    private static readonly double[] _weights2 = [1, 1];
    private static readonly double[] _nodes3 = [-0.77459666924148338, 0, 0.77459666924148338];
    private static readonly double[] _weights3 = [0.55555555555555556, 0.88888888888888889, 0.55555555555555556];
    private static readonly double[] _nodes5 =
        [-0.90617984593866399, -0.53846931010568309, 0, 0.53846931010568309, 0.90617984593866399];

    private static readonly double[] _weights5 =
        [0.23692688505618909, 0.47862867049936647, 0.56888888888888889, 0.47862867049936647, 0.23692688505618909];

    /// <summary>Gives an interval of the line as points.</summary>
    public static void Visit<TLine, TSink>(TLine line, double low, double high, GridLines lines, ref TSink sink)
        where TLine : ILossLine
        where TSink : struct, ILossSink
    {
        double z = low;
        bool aligned = lines.Step > 0;
        double boundary = aligned ? Math.Floor((line.Loss(low) - lines.Offset) / lines.Step) : 0;
        double next = aligned ? double.NegativeInfinity : double.PositiveInfinity;
        while (z < high)
        {
            while (next <= z)
            {
                boundary++;
                next = line.Inverse(lines.Offset + (boundary * lines.Step));
            }

            double rough = line.Roughness(z);
            double widest = aligned ? WidestCell / rough : Math.Min(WidestCell, CoarseCell / rough);
            double end = Math.Min(Math.Min(high, next), z + widest);
            VisitCell(line, z, end, (end - z) * rough, ref sink);
            z = end;
        }
    }

    private static void VisitCell<TLine, TSink>(TLine line, double low, double high, double relativeWidth, ref TSink sink)
        where TLine : ILossLine
        where TSink : struct, ILossSink
    {
        // The relative error of n points over a width w is near w^2n · (n!)⁴ / ((2n + 1) · (2n)!³).
        (double[] nodes, double[] weights) = relativeWidth < 0.002 ? (_nodes2, _weights2)
            : relativeWidth < 0.05 ? (_nodes3, _weights3) : (_nodes5, _weights5);
        double middle = 0.5 * (low + high), half = 0.5 * (high - low);
        for (int i = 0; i < nodes.Length; i++)
        {
            double z = middle + (half * nodes[i]);
            sink.Add(line.Loss(z), half * weights[i] * line.Density(z));
        }
    }
}
