// SPDX-License-Identifier: Apache-2.0
// The four estimators of EpsilonLowerBound, and what each does where a count is 0 or full.
namespace FedKernel.Privacy.Auditing;

/// <summary>Lower limits of TPR / FPR.</summary>
internal readonly struct RatioLimit
{
    // Both full: the log variances would vanish. Half a count is taken off both.
    private readonly double _tp, _fp, _positives, _negatives, _z;
    private readonly ConfusionMatrix _counts;

    /// <param name="counts">What the attack got right and wrong.</param>
    /// <param name="z">Φ⁻¹(α), negative.</param>
    public RatioLimit(ConfusionMatrix counts, double z)
    {
        double off = counts.FalseNegatives == 0 && counts.TrueNegatives == 0 ? 0.5 : 0;
        (_counts, _z) = (counts, z);
        (_tp, _fp) = (counts.TruePositives - off, counts.FalsePositives - off);
        (_positives, _negatives) = (counts.Positives, counts.Negatives);
    }

    public double KatzLog()
    {
        double fp = _fp == 0 ? 0.5 : _fp;
        double variance = (1 / _tp) - (1 / _positives) + (1 / fp) - (1 / _negatives);
        return _tp == 0 ? 0 : Ratio(_tp, fp) * Math.Exp(_z * Math.Sqrt(variance));
    }

    public double AdjustedLog()
    {
        if (_tp == 0 && _fp == 0)
        {
            return 0;
        }

        double tp = _tp + 0.5, fp = _fp + 0.5, positives = _positives + 0.5, negatives = _negatives + 0.5;
        double variance = (1 / tp) - (1 / positives) + (1 / fp) - (1 / negatives);
        return tp / positives / (fp / negatives) * Math.Exp(_z * Math.Sqrt(variance));
    }

    public double Bailey()
    {
        if (_tp == 0)
        {
            return 0;
        }

        double tp = _counts.FalseNegatives == 0 ? _positives - 0.5 : _counts.TruePositives;
        double fp = _counts.TrueNegatives == 0 ? _negatives - 0.5 : _counts.FalsePositives;
        fp = fp == 0 ? 0.5 : fp;
        double fnr = 1 - (tp / _positives), tnr = 1 - (fp / _negatives);
        double root = Math.Sqrt((fnr / tp) + (tnr / fp) - (_z * _z * fnr * tnr / (9 * tp * fp)));
        double cube = (1 + (_z / 3 * root)) / (1 - (_z * _z * tnr / (9 * fp)));
        return Ratio(tp, fp) * cube * cube * cube;
    }

    public double InverseSinh()
    {
        double fp = _fp == 0 ? _z * _z : _fp;
        double variance = (1 / _tp) - (1 / _positives) + (1 / fp) - (1 / _negatives);
        return _tp == 0 ? 0 : Ratio(_tp, fp) * Math.Exp(2 * Math.Asinh(_z / 2 * Math.Sqrt(variance)));
    }

    private double Ratio(double tp, double fp) => tp / _positives / (fp / _negatives);
}
