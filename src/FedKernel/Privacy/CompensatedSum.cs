// SPDX-License-Identifier: Apache-2.0
// A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974: the sum of many positive
// terms to an ulp or two, whatever their number. Budgets are such sums, and may not drift over a million rounds.
namespace FedKernel.Privacy;

/// <summary>A sum with the rounding errors kept beside it.</summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _error;

    /// <summary>What was added, to an ulp or two.</summary>
    public readonly double Value => _sum + _error;

    /// <summary>Adds a term.</summary>
    public void Add(double term)
    {
        double sum = _sum + term;
        _error += Math.Abs(_sum) >= Math.Abs(term) ? _sum - sum + term : term - sum + _sum;
        _sum = sum;
    }

    /// <summary>Σ z⁻², of which composed Gaussian releases are made.</summary>
    public static double InverseSquares(IEnumerable<double> multipliers)
    {
        var sum = default(CompensatedSum);
        foreach (double z in multipliers)
        {
            sum.Add(1 / (z * z));
        }

        return sum.Value;
    }
}
