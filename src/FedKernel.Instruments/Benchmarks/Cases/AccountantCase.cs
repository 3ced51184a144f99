// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>
/// Questions to the accountant about 1000 steps of Poisson sampled Gaussian noise, q = 0.01, δ = 10⁻⁵: a call is one answer, and neither
/// vectors nor memory have a part in it. Nothing is kept from one call to the next.
/// </summary>
internal static class AccountantCase
{
    public const string EpsilonName = "privacy_epsilon_1000_steps";
    public const string NoiseName = "privacy_noise_for_epsilon_1";

    public const double Delta = 1e-5;

    private const double SamplingProbability = 0.01;
    private const long Steps = 1000;

    // ε of noise multiplier 1 by dp_accounting 0.6, an upper bound on a grid of 10⁻⁴, and the noise multiplier by the same for ε = 1.
    private const double Epsilon = 1.828244, Noise = 1.414631;

    /// <summary>The bracket of ε at noise multiplier 1.</summary>
    public static BenchCase CreateEpsilon(BenchData data)
    {
        RefuseDevices(data);
        PrivacyEvent history = History(1);
        PrivacyBracket found = default;
        return new BenchCase(
            Describe(EpsilonName, "bracket of ε, 1000 sampled Gaussian steps", 0.3025),
            new DelegateCase(
                EpsilonName, () => found = PrivacyAccountant.Epsilon(history, Delta), () => found = default, () => CheckEpsilon(found.Lower, found.Upper)),
            []);
    }

    /// <summary>The least noise multiplier for ε = 1.</summary>
    public static BenchCase CreateNoise(BenchData data)
    {
        RefuseDevices(data);
        double found = 0;
        return new BenchCase(
            Describe(NoiseName, "noise multiplier for ε = 1, 1000 sampled steps", 3),
            new DelegateCase(
                NoiseName, () => found = Calibration.NoiseMultiplier(History, 1, Delta), () => found = 0, () => CheckNoise(found)),
            []);
    }

    /// <summary>Null, or what is wrong with a bracket; a peer without a lower end has two equal ones.</summary>
    public static string? CheckEpsilon(double lower, double upper) =>
        lower > 0.9 * Epsilon && lower <= upper && Math.Abs(upper - Epsilon) <= 2e-3 * Epsilon
            ? null
            : $"wrong result: ε in [{lower}, {upper}] instead of {Epsilon}";

    /// <summary>Null, or what is wrong with a noise multiplier.</summary>
    public static string? CheckNoise(double found) =>
        Math.Abs(found - Noise) <= 2e-3 * Noise ? null : $"wrong result: noise multiplier {found} instead of {Noise}";

    private static RepeatedEvent History(double noise) =>
        new(new PoissonSampledEvent(SamplingProbability, new GaussianEvent(noise, NeighbouringRelation.AddOrRemoveOne)), Steps);

    private static void RefuseDevices(BenchData data)
    {
        if (data.Width is null)
        {
            throw new CaseSkippedException("is for the processor");
        }
    }

    private static CaseDescription Describe(string name, string title, double seconds) => new(name, title)
    {
        Elements = 1,
        Bars = [new Bar("seconds", seconds, HigherIsBetter: false)],
        Note = "one answer a call",
    };
}
