// SPDX-License-Identifier: Apache-2.0
// Root of a monotone function · I. Oliveira, R. Takahashi, "An enhancement of the bisection method average performance preserving
// minmax optimality", ACM TOMS 2020 (ITP): never more evaluations than bisection and one, and few where the function is smooth. An
// evaluation here may be a composition by FFT.
namespace FedKernel.Privacy.Accounting;

/// <summary>The least x at which a falling function is not positive, from the side where it is not.</summary>
internal static class MonotoneSearch
{
    /// <summary>Greatest magnitude of a function value: infinite ones count as this.</summary>
    private const double Most = 60;

    /// <summary>The good end of the last interval.</summary>
    /// <param name="excess">Falls with x; good where at most 0.</param>
    /// <param name="start">Where to begin, least to greatest.</param>
    /// <param name="least">Taken as good enough if it is good.</param>
    /// <param name="greatest">If this is bad, there is no answer: null.</param>
    /// <param name="isDone">Whether the interval (good, bad) is small enough.</param>
    public static double? LeastGood(
        Func<double, double> excess, double start, double least, double greatest, Func<double, double, bool> isDone)
    {
        double At(double x) => Math.Clamp(excess(x), -Most, Most);

        double good = start, bad = start, atGood = At(start), atBad = atGood;
        for (double step = 0.1; atGood > 0; step *= 2)
        {
            if (good == greatest)
            {
                return null;
            }

            (bad, atBad) = (good, atGood);
            good = Math.Min(greatest, good + step);
            atGood = At(good);
        }

        for (double step = 0.1; atBad <= 0; step *= 2)
        {
            if (bad == least)
            {
                return least;
            }

            (good, atGood) = (bad, atBad);
            bad = Math.Max(least, bad - step);
            atBad = At(bad);
        }

        double first = good - bad, radius = 2 * first;
        while (!isDone(good, bad))
        {
            double width = good - bad, middle = bad + (0.5 * width);
            double x = bad + (width * atBad / (atBad - atGood));
            double nudge = Math.Min(Math.Abs(middle - x), 0.2 * width * width / first);
            x += nudge * Math.Sign(middle - x);
            double allowed = Math.Max(0, radius - (0.5 * width));
            x = Math.Clamp(x, middle - allowed, middle + allowed);
            x = x > bad && x < good ? x : middle;
            radius *= 0.5;
            if (!(x > bad && x < good))
            {
                break;
            }

            double atX = At(x);
            if (atX <= 0)
            {
                (good, atGood) = (x, atX);
            }
            else
            {
                (bad, atBad) = (x, atX);
            }
        }

        return good;
    }
}
