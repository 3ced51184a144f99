// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Auditing;

/// <summary>Large-sample limits of a ratio of two binomial probabilities. Not exact: at small counts they are wrong more often than α.</summary>
public enum RatioEstimator
{
    /// <summary>Log ratio, variance by the delta method: D. Katz et al., Biometrics 34, 1978.</summary>
    KatzLog,

    /// <summary>The same with half a count added everywhere: S. Walter, Biometrics 31, 1975.</summary>
    AdjustedLog,

    /// <summary>Cube-root transform: B. Bailey, Biometrics 43, 1987.</summary>
    Bailey,

    /// <summary>Inverse hyperbolic sine: R. Newcombe, Biometrical Journal 43, 2001.</summary>
    InverseSinh,
}
