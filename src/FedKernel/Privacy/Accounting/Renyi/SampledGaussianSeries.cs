// SPDX-License-Identifier: Apache-2.0
// A of the subsampled Gaussian at fractional order, small z · Mironov, Talwar, Zhang 2019, section 3.3: the real line is cut at
// z₀ = z² ln(1/q − 1) + ½, and each half has a binomial series, C(α,i) with its sign:
//   A₀ = Σ C(α,i)(1−q)^{α−i} q^i e^{(i²−i)/2z²} Φ((z₀−i)/z)
//   A₁ = Σ C(α,i)(1−q)^i q^{α−i} e^{((α−i)²−(α−i))/2z²} Φ(((α−i)−z₀)/z)
// Error: past i = α + 1 a term is at most |C(α,i)|(1−q)^α e^{−z₀²/2z²}, the |C| add up to less than one, and their bound is added.
// What differs: dp_accounting drops the signs, which is a bound, but up to a fifth above the value.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>ln(A − 1) for z that is small.</summary>
internal static class SampledGaussianSeries
{
    public static double LogExcess(double q, double z, double order)
    {
        double logQ = Math.Log(q), logRest = NormalDistribution.LogOnePlus(-q);
        double cut = (z * z * (logRest - logQ)) + 0.5;
        LogSum positive = new(), negative = new();
        double logBinomial = 0, sign = 1;
        int last = (int)Math.Ceiling(order) + 30;
        for (int i = 0; i <= last; i++)
        {
            if (i > 0)
            {
                double factor = (order - i + 1) / i;
                logBinomial += Math.Log(Math.Abs(factor));
                sign *= Math.Sign(factor);
            }

            double below = Term(i, order - i, (cut - i) / z);
            double mirrored = order - i;
            double above = logBinomial + (mirrored * logQ) + (i * logRest) + Exponent(mirrored) + NormalDistribution.LogCdf((mirrored - cut) / z);
            Add(above);
            if (i >= 2)
            {
                Add(below);
            }
            else
            {
                // What the first two terms lack to the whole line, negative; the whole line is dealt with below.
                negative.Add(Term(i, order - i, (i - cut) / z));
            }

            void Add(double log)
            {
                if (sign > 0)
                {
                    positive.Add(log);
                }
                else
                {
                    negative.Add(log);
                }
            }

            double Term(double power, double rest, double argument) =>
                logBinomial + (power * logQ) + (rest * logRest) + Exponent(power) + NormalDistribution.LogCdf(argument);
        }

        // (1−q)^α + αq(1−q)^{α−1} − 1 = −(1−q)^α·((1+v)^α − 1 − αv), v = q/(1−q).
        negative.Add((order * logRest) + PowerExcess.Log(q / (1 - q), -logRest, order));
        positive.Add((order * logRest) - (cut * cut / (2 * z * z)) + Math.Log(2));
        double difference = negative.Log - positive.Log;
        return difference >= 0 ? positive.Log : positive.Log + NormalDistribution.LogOnePlus(-Math.Exp(difference));

        double Exponent(double i) => i * (i - 1) / 2 / z / z;
    }
}
