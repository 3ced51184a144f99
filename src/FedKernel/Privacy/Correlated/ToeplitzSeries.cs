// SPDX-License-Identifier: Apache-2.0
// Lower-triangular Toeplitz matrices as power series · H. Fichtenberger, M. Henzinger, J. Upadhyay, "Constant matters: fine-grained
// error bound on differentially private continual observation", ICML 2023 (arXiv 2202.11205), the square root of the prefix sum.
//   C = A^(1/2):  c₀ = 1, c_k = c_(k−1) · (2k − 1)/(2k);   its inverse: 1, −1/2, −1/8, −1/16, …
namespace FedKernel.Privacy.Correlated;

/// <summary>Coefficients of lower-triangular Toeplitz matrices: entry (i, j) is coefficient i − j.</summary>
internal static class ToeplitzSeries
{
    private const double MaximumWork = 3e8;

    /// <summary>The first coefficients of the square root of the prefix-sum matrix, (1 − x)^(−1/2).</summary>
    public static double[] Root(int count)
    {
        var c = new double[count];
        c[0] = 1;
        for (int k = 1; k < count; k++)
        {
            c[k] = c[k - 1] * ((2.0 * k) - 1) / (2.0 * k);
        }

        return c;
    }

    /// <summary>The first coefficients of the inverse of that square root, (1 − x)^(1/2).</summary>
    public static double[] InverseRoot(int count)
    {
        var c = new double[count];
        c[0] = 1;
        for (int k = 1; k < count; k++)
        {
            c[k] = c[k - 1] * ((2.0 * k) - 3) / (2.0 * k);
        }

        return c;
    }

    /// <summary>The first coefficients of the inverse of a series whose first coefficient is not 0; those not given are 0.</summary>
    public static double[] Invert(ReadOnlySpan<double> series, int count)
    {
        var inverse = new double[count];
        inverse[0] = 1 / series[0];
        for (int t = 1; t < count; t++)
        {
            double sum = 0;
            for (int k = 1; k < series.Length && k <= t; k++)
            {
                sum += series[k] * inverse[t - k];
            }

            inverse[t] = -sum / series[0];
        }

        return inverse;
    }

    /// <summary>
    /// The largest ‖C·u‖² over participation patterns u, C of n rows: the squared L2 sensitivity to contributions of norm 1.
    /// </summary>
    /// <remarks>
    /// For coefficients that do not increase and are not negative the worst pattern is rounds 0, b, 2b, …: N. Kalinin, C. Lampert,
    /// "Banded square root matrix factorization for differentially private model training", NeurIPS 2024 (arXiv 2405.13763), theorem 2.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">So many participations in so many bands are too costly to add up.</exception>
    public static double SquaredSensitivity(ReadOnlySpan<double> series, int rounds, Participation participation)
    {
        int count = participation.CountWithin(rounds);
        double work = Work(series.Length, rounds, count, participation.MinimumSeparation);
        if (work > MaximumWork)
        {
            throw new ArgumentOutOfRangeException(
                nameof(participation), participation,
                $"The sensitivity over {rounds} rounds would take {work:g2} steps to add up; at most {MaximumWork:g2} are taken. Fewer participations, rounds or bands of C go on.");
        }

        var sum = new double[rounds];
        for (int j = 0; j < count; j++)
        {
            int start = j * participation.MinimumSeparation;
            for (int i = 0; i < series.Length && start + i < rounds; i++)
            {
                sum[start + i] += series[i];
            }
        }

        return sum.Sum(x => x * x);
    }

    /// <summary>Additions of the columns of C that are taken part in.</summary>
    private static double Work(int length, int rounds, int count, int separation)
    {
        double work = 0;
        for (int j = 0; j < count; j++)
        {
            work += Math.Min(length, rounds - (j * separation));
        }

        return work;
    }

    /// <summary>True if no coefficient is negative or larger than the one before it.</summary>
    public static bool Decreases(ReadOnlySpan<double> series)
    {
        for (int k = 0; k < series.Length; k++)
        {
            // A tail that vanishes in rounding may end a little below 0.
            if (!(series[k] >= -1e-15 * series[0]) || (k > 0 && series[k] > series[k - 1]))
            {
                return false;
            }
        }

        return true;
    }
}
