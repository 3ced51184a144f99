// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Training.Studies;

/// <summary>What a caller may choose of a study. The rest is the study's own and stands in its report.</summary>
public sealed record StudyOptions
{
    /// <summary>Which simulation: the partition, the split, the minibatches. 0 by default.</summary>
    public SimulationSeed Seed { get; init; } = new(0);

    /// <summary>ε of each model that is trained privately; above 0. 3 by default.</summary>
    public double Epsilon { get; init; } = 3;

    /// <summary>δ; must be below 1 / (number of patients). 10⁻⁴ by default.</summary>
    public double Delta { get; init; } = 1e-4;

    /// <summary>
    /// Makes the key of each hospital's noise; from the operating system by default, so that private results differ from run to
    /// run. A fixed key makes them reproducible and protects nobody: for tests.
    /// </summary>
    public Func<SecretKey256> CreateKey { get; init; } = SecretKey256.Create;
}
