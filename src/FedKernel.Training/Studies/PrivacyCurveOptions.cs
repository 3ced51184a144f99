// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Training.Studies;

/// <summary>What a caller may choose of <see cref="HeartPrivacyCurve"/>.</summary>
public sealed record PrivacyCurveOptions
{
    /// <summary>ε of each point, above 0; ∞ stands for no privacy. 0.1, 1, 5, 10, 50 and ∞ by default.</summary>
    public IReadOnlyList<double> Epsilons { get; init; } = [0.1, 1, 5, 10, 50, double.PositiveInfinity];

    /// <summary>δ, above 0 and below 1 / (number of patients). 10⁻⁴ by default.</summary>
    public double Delta { get; init; } = 1e-4;

    /// <summary>Trainings for each point, 1 to 1000. They start alike and differ by their noise. 5 by default.</summary>
    public int RunCount { get; init; } = 5;

    /// <summary>
    /// Makes the key of each hospital's noise; from the operating system by default, so that results differ from run to run. A
    /// fixed key makes them reproducible and protects nobody: for tests.
    /// </summary>
    public Func<SecretKey256> CreateKey { get; init; } = SecretKey256.Create;
}
