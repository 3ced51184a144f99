// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>What a history of releases amounts to. Chooses, among the methods that know its events, the tightest on each side.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The history is (ε, δ)-differentially private for the upper end of the bracket.</para>
/// <para><b>Assumptions.</b> Each event says truthfully what was released.</para>
/// </remarks>
public static class PrivacyAccountant
{
    /// <summary>The bracket of ε at δ.</summary>
    /// <param name="history">Everything that was released.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <exception cref="ArgumentException">An event of a kind, or in a combination, that no method knows.</exception>
    public static PrivacyBracket Epsilon(PrivacyEvent history, double delta)
    {
        ArgumentNullException.ThrowIfNull(history);
        double epsilon = AnalyticGaussian.Epsilon(1 / Math.Sqrt(InverseVariance(history)), delta);
        return new PrivacyBracket(epsilon, epsilon, "exact Gaussian", "exact Gaussian");
    }

    /// <summary>Σ z⁻² of a history of Gaussian releases.</summary>
    private static double InverseVariance(PrivacyEvent e) => e switch
    {
        GaussianEvent gaussian => 1 / (gaussian.NoiseMultiplier * gaussian.NoiseMultiplier),
        EpochEvent epoch => InverseVariance(epoch.Inner),
        RepeatedEvent repeated => repeated.Count * InverseVariance(repeated.Inner),
        ComposedEvent composed => composed.Parts.Sum(InverseVariance),
        _ => throw new ArgumentException($"No accountant knows '{e.GetType().Name}' in this history.", nameof(e)),
    };
}
