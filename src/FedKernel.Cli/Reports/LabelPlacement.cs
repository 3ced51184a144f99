// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Cli.Reports;

/// <summary>A rectangle in pixels, y downwards.</summary>
internal readonly record struct LabelBox(double Left, double Top, double Right, double Bottom)
{
    public bool Overlaps(LabelBox other) =>
        Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    public bool Holds(LabelBox other) =>
        Left <= other.Left && Top <= other.Top && other.Right <= Right && other.Bottom <= Bottom;

    /// <summary>True if the segment meets the rectangle: clipped against each side (Liang and Barsky 1984).</summary>
    public bool Meets(double fromX, double fromY, double toX, double toY)
    {
        double enter = 0, leave = 1;
        return Clip(toX - fromX, Left - fromX, Right - fromX, ref enter, ref leave)
            && Clip(toY - fromY, Top - fromY, Bottom - fromY, ref enter, ref leave);
    }

    private static bool Clip(double step, double low, double high, ref double enter, ref double leave)
    {
        if (step == 0)
        {
            return low < 0 && high > 0;
        }

        enter = Math.Max(enter, Math.Min(low / step, high / step));
        leave = Math.Min(leave, Math.Max(low / step, high / step));
        return enter < leave;
    }
}

/// <summary>Where labels of points stand so that none covers another, a point, or the line that leads to another.</summary>
internal static class LabelPlacement
{
    private const int Directions = 24, Attempts = 60;
    private const double Marker = 6, Near = 9, Far = 260, Step = 6;

    /// <summary>Places every label, each at the nearest free spot around its point; those in the thickest crowd first.</summary>
    /// <param name="points">In pixels.</param>
    /// <param name="sizes">Width and height of each label.</param>
    /// <param name="area">Where labels may stand.</param>
    /// <returns>A rectangle for each label; null where there was no room.</returns>
    public static LabelBox?[] Place(
        IReadOnlyList<(double X, double Y)> points, IReadOnlyList<(double Width, double Height)> sizes, LabelBox area)
    {
        LabelBox[] markers = [.. points.Select(p => new LabelBox(p.X - Marker, p.Y - Marker, p.X + Marker, p.Y + Marker))];
        List<int> order = [.. Enumerable.Range(0, points.Count)
            .OrderByDescending(i => points.Count(p => Math.Abs(p.X - points[i].X) < 90 && Math.Abs(p.Y - points[i].Y) < 40))];
        var placed = new LabelBox?[points.Count];
        LabelBox?[] best = placed;
        double bestCost = double.PositiveInfinity;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            placed = new LabelBox?[points.Count];
            foreach (int i in order)
            {
                // Where every way out of a crowd is blocked, the line may cross points of others; labels still cover nothing.
                placed[i] = Nearest(i, mayCross: false) ?? Nearest(i, mayCross: true);
            }

            double[] costs = [.. points.Select((p, i) => placed[i] is { } box ? SquaredDistance(p, box) : Far * Far * points.Count)];
            if (costs.Sum() < bestCost)
            {
                (best, bestCost) = (placed, costs.Sum());
            }

            // The one that had to go farthest goes first the next time.
            int farthest = Array.IndexOf(costs, costs.DefaultIfEmpty().Max());
            if (order.Remove(farthest))
            {
                order.Insert(0, farthest);
            }
        }

        return best;

        LabelBox? Nearest(int i, bool mayCross) => Spots(points[i], sizes[i])
            .Where(box => area.Holds(box) && IsFree(box, i, mayCross)).Cast<LabelBox?>().FirstOrDefault();

        bool IsFree(LabelBox box, int own, bool mayCross)
        {
            (double x, double y) = Anchor(points[own], box);
            for (int j = 0; j < points.Count; j++)
            {
                // A line out of a heap of points crosses those that lie upon its own.
                bool crosses = !mayCross && !markers[j].Overlaps(markers[own]) && markers[j].Meets(points[own].X, points[own].Y, x, y);
                if (box.Overlaps(markers[j]) || crosses)
                {
                    return false;
                }

                if (placed[j] is { } other)
                {
                    (double otherX, double otherY) = Anchor(points[j], other);
                    if (box.Overlaps(other) || other.Meets(points[own].X, points[own].Y, x, y)
                        || box.Meets(points[j].X, points[j].Y, otherX, otherY))
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }

    /// <summary>The point of a label's rectangle that is nearest to its point: where a line to it ends.</summary>
    public static (double X, double Y) Anchor((double X, double Y) point, LabelBox box) =>
        (Math.Clamp(point.X, box.Left, box.Right), Math.Clamp(point.Y, box.Top, box.Bottom));

    private static double SquaredDistance((double X, double Y) point, LabelBox box)
    {
        (double x, double y) = Anchor(point, box);
        return ((x - point.X) * (x - point.X)) + ((y - point.Y) * (y - point.Y));
    }

    private static IEnumerable<LabelBox> Spots((double X, double Y) point, (double Width, double Height) size)
    {
        for (double radius = Near; radius <= Far; radius += Step)
        {
            for (int d = 0; d < Directions; d++)
            {
                double angle = 2 * Math.PI * d / Directions;
                double x = point.X + (Math.Cos(angle) * (radius + (size.Width / 2)));
                double y = point.Y - (Math.Sin(angle) * (radius + (size.Height / 2)));
                yield return new LabelBox(x - (size.Width / 2), y - (size.Height / 2), x + (size.Width / 2), y + (size.Height / 2));
            }
        }
    }
}
