// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace FedKernel.Privacy.Auditing;

/// <summary>The ranges that every bound of the audit shares.</summary>
internal static class AuditParameters
{
    /// <summary>α in (0, 0.5): the probability that a bound is too high.</summary>
    public static void CheckAlpha(double alpha, [CallerArgumentExpression(nameof(alpha))] string? name = null)
    {
        if (!(alpha > 0 && alpha < 0.5))
        {
            throw new ArgumentOutOfRangeException(name, alpha, "Must lie in (0, 0.5).");
        }
    }

    /// <summary>δ in [0, 1).</summary>
    public static void CheckDelta(double delta, [CallerArgumentExpression(nameof(delta))] string? name = null)
    {
        if (!(delta >= 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(name, delta, "Must lie in [0, 1).");
        }
    }

    /// <summary>δ in (0, 1), where a Gaussian is meant: it has no finite ε at δ = 0.</summary>
    public static void CheckPositiveDelta(double delta, [CallerArgumentExpression(nameof(delta))] string? name = null)
    {
        if (!(delta > 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(name, delta, "Must lie in (0, 1).");
        }
    }

    /// <summary>0 ≤ correct ≤ guesses ≤ canaries, at least one canary.</summary>
    public static void CheckGuesses(long canaries, long guesses, long correct)
    {
        Throw.IfNotInRange(canaries, 1, 1L << 40);
        Throw.IfNotInRange(guesses, 0, canaries);
        Throw.IfNotInRange(correct, 0, guesses);
    }
}
