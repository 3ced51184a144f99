// SPDX-License-Identifier: Apache-2.0
// The trade-off curve that an accountant promises · duality of J. Dong, A. Roth, W. Su, "Gaussian differential privacy", 2022,
// proposition 2.12: (ε, δ(ε)) for all ε is the same as the curve f, of which each pair is a supporting line.
//   TPR ≤ e^ε·FPR + δ(ε)   and, of the attack turned round,   1 − FPR ≤ e^ε·(1 − TPR) + δ(ε)
// Some ε in place of all: every line holds, so the curve errs to the side of the claim.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Auditing;

/// <summary>How well any attack on one canary can do if a claim is true: for every event that the accountant knows.</summary>
public sealed class AccountedTradeOff
{
    private const int LineCount = 32;
    private const double SmallestDelta = 1e-9, LargestEpsilon = 50;

    private readonly (double Slope, double Delta)[] _lines;

    /// <summary>Asks the accountant for δ at 32 values of ε, from 0 to where δ is 10⁻⁹.</summary>
    /// <param name="claim">What is said to have been released.</param>
    /// <exception cref="ArgumentException">The accountant does not know the claim.</exception>
    public AccountedTradeOff(PrivacyEvent claim)
    {
        double greatest = Math.Min(LargestEpsilon, PrivacyAccountant.Epsilon(claim, SmallestDelta).Upper);
        _lines = [.. Enumerable.Range(0, LineCount)
            .Select(i => greatest * i / (LineCount - 1))
            .Select(epsilon => (Math.Exp(epsilon), PrivacyAccountant.Delta(claim, epsilon).Upper))];
    }

    /// <summary>The largest TPR at an FPR, both 0 to 1.</summary>
    public double GreatestTruePositiveRate(double falsePositiveRate)
    {
        double greatest = 1;
        foreach ((double slope, double delta) in _lines)
        {
            double line = Math.Min((slope * falsePositiveRate) + delta, 1 - ((1 - falsePositiveRate - delta) / slope));
            greatest = Math.Min(greatest, line);
        }

        return greatest;
    }

    /// <summary>The least FPR at a TPR, both 0 to 1: the inverse.</summary>
    public double LeastFalsePositiveRate(double truePositiveRate)
    {
        double least = 0;
        foreach ((double slope, double delta) in _lines)
        {
            double line = Math.Max((truePositiveRate - delta) / slope, 1 - delta - (slope * (1 - truePositiveRate)));
            least = Math.Max(least, line);
        }

        return least;
    }
}
