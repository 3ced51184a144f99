// SPDX-License-Identifier: Apache-2.0
// A wide discrete Gaussian from narrow ones · D. Micciancio, M. Walter, "Gaussian sampling over the integers: efficient, generic,
// constant-time", CRYPTO 2017 (eprint 2017/259), section 4.
// If x₁ and x₂ are discrete Gaussians of s and σ₀, then z = x₁ + k·x₂ has P(z) ∝ e^(−z²/2(s² + k²σ₀²)) · Θ(z), where completing the
// square leaves Θ(z) = Σ_j e^(−(j − c(z))² / 2v²) with v = s·σ₀/√(s² + k²σ₀²). By Poisson's summation Θ(z) differs from its mean by at
// most the factor 1 ± ε, ε = 2·Σ_{i≥1} e^(−2π²v²i²). So z is within ε/(1 − ε) of the discrete Gaussian of √(s² + k²σ₀²), in total
// variation. Here ε ≤ 2⁻¹⁰⁰ for each term, which is v ≥ 1.884.
// Different here: one σ₀ for all terms, σ₀² = σ²/Σkᵢ² as a rational, so that the variance is the one asked for, exactly.

namespace FedKernel.Random.Discrete;

/// <summary>z = Σ kᵢ·xᵢ with independent discrete Gaussians xᵢ of one σ₀, and how far that is from σ.</summary>
internal sealed class ConvolutionPlan
{
    private const double LeastSmoothing = 1.884;
    private const int MostTerms = 24;
    private const double WidestBase = 32;

    // Nanoseconds of a term on one core of a Zen 5 are proportional to this constant plus σ₀.
    private const double CostOfTerm = 20;

    private ConvolutionPlan(int[] multipliers, double baseSigma)
    {
        Multipliers = multipliers;
        BaseSigma = baseSigma;
        SumOfSquares = multipliers.Sum(k => (long)k * k);
    }

    /// <summary>k₀ = 1, k₁, …</summary>
    public IReadOnlyList<int> Multipliers { get; }

    /// <summary>σ₀, to some 50 bits.</summary>
    public double BaseSigma { get; }

    /// <summary>Σkᵢ² = σ²/σ₀².</summary>
    public long SumOfSquares { get; }

    /// <summary>Total variation distance of z from the discrete Gaussian, if each xᵢ is exact.</summary>
    public double SmoothingError => Smoothings(Multipliers, BaseSigma).Sum(v => 2.1 * Math.Exp(-2 * Math.PI * Math.PI * v * v));

    private double Cost => Multipliers.Count * (CostOfTerm + BaseSigma);

    /// <summary>The cheapest plan whose every term smooths enough.</summary>
    /// <param name="sigma">σ, at most 2²⁴.</param>
    public static ConvolutionPlan For(double sigma)
    {
        ConvolutionPlan? best = sigma <= WidestBase ? new([1], sigma) : null;
        for (double widest = 3; widest <= WidestBase; widest += 0.0625)
        {
            ConvolutionPlan? plan = Greedy(sigma, widest);
            if (plan is not null && (best is null || plan.Cost < best.Cost))
            {
                best = plan;
            }
        }

        return best!;
    }

    /// <summary>The largest multipliers that a σ₀ near <paramref name="widest"/> allows, and a last one that just reaches σ.</summary>
    private static ConvolutionPlan? Greedy(double sigma, double widest)
    {
        double growth = ((widest - 0.0625) / LeastSmoothing * (widest - 0.0625) / LeastSmoothing) - 1;
        double target = sigma / widest * (sigma / widest);
        List<int> multipliers = [1];
        double squares = 1;
        while (squares < target && multipliers.Count < MostTerms)
        {
            double most = Math.Floor(Math.Sqrt(squares * growth)), wanted = Math.Ceiling(Math.Sqrt(target - squares));
            if (most < 1)
            {
                return null;
            }

            multipliers.Add((int)Math.Min(most, wanted));
            squares += Math.Min(most, wanted) * Math.Min(most, wanted);
        }

        double baseSigma = sigma / Math.Sqrt(squares);
        int[] chosen = [.. multipliers];
        bool smooth = squares >= target && Smoothings(chosen, baseSigma).All(v => v >= LeastSmoothing);
        return smooth ? new ConvolutionPlan(chosen, baseSigma) : null;
    }

    /// <summary>v of each term after the first: 1/v² = 1/σ₀² + k²/s², where s² is the variance of the terms before.</summary>
    private static IEnumerable<double> Smoothings(IReadOnlyList<int> multipliers, double baseSigma)
    {
        double squares = 1;
        foreach (int k in multipliers.Skip(1))
        {
            yield return baseSigma / Math.Sqrt(1 + (k * (double)k / squares));
            squares += k * (double)k;
        }
    }
}
