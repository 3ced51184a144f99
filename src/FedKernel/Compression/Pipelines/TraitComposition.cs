// SPDX-License-Identifier: Apache-2.0
// What two stages promise together: S keeps some values (scaled, if it is unbiased), then Q quantizes what is kept.
//   S and Q unbiased          E‖Q(Sx) − x‖² ≤ ω_S‖x‖² + ω_Q·E‖Sx‖² ≤ ((1 + ω_S)(1 + ω_Q) − 1)‖x‖²
//   S keeps values as they are  what S drops is orthogonal to what Q errs by: with a share a ≥ 1 − ω_S of ‖x‖² kept the error is
//                             (1 − a) + ω_Q·a, linear in a, so at most max(ω_S + ω_Q(1 − ω_S), ω_Q)
//   S unbiased, Q biased      by the triangle inequality in L2: (√ω_S + √(ω_Q(1 + ω_S)))²
namespace FedKernel.Compression.Pipelines;

/// <summary>Promises of two stages behind one another.</summary>
internal static class TraitComposition
{
    /// <summary>A sparsifier or low rank, then a quantizer of what it keeps.</summary>
    public static StageTraits Then(this StageTraits first, StageTraits second)
    {
        double bound = (first.IsUnbiased, second.IsUnbiased) switch
        {
            (true, true) => ((1 + first.VarianceBound) * (1 + second.VarianceBound)) - 1,
            (false, _) => Selected(first.VarianceBound, second.VarianceBound),
            (true, false) => Squared(Math.Sqrt(first.VarianceBound) + Math.Sqrt(second.VarianceBound * (1 + first.VarianceBound))),
        };
        return new StageTraits(first.IsUnbiased && second.IsUnbiased, bound, first.SumsCommute && second.SumsCommute);
    }

    private static double Selected(double dropped, double quantized) =>
        double.IsInfinity(dropped) || double.IsInfinity(quantized)
            ? double.PositiveInfinity
            : Math.Max(dropped + (quantized * Math.Max(0, 1 - dropped)), quantized);

    private static double Squared(double x) => x * x;
}
