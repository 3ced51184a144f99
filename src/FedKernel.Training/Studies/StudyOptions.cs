// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Training.Solvers;

namespace FedKernel.Training.Studies;

/// <summary>What a caller may choose of a study. The rest is the study's own and stands in its report.</summary>
public sealed record StudyOptions
{
    /// <summary>Which simulation: the partition, the split, the minibatches. 0 by default.</summary>
    public SimulationSeed Seed { get; init; } = new(0);

    /// <summary>ε of each model that is trained privately; above 0. 3 by default.</summary>
    public double Epsilon { get; init; } = 3;

    /// <summary>z of the private steps of the first round, instead of ε, which then follows; null by default.</summary>
    public double? NoiseMultiplier { get; init; }

    /// <summary>How the private models are trained; <see cref="PrivateTrainingMode.FullBatch"/> by default.</summary>
    public PrivateTrainingMode PrivateTraining { get; init; } = PrivateTrainingMode.FullBatch;

    /// <summary>How gradients are bounded; <see cref="GradientClipping.Flat"/> by default.</summary>
    public GradientClipping Clipping { get; init; } = GradientClipping.Flat;

    /// <summary>
    /// q, 10⁻³ to 1: of each record in a batch of <see cref="PrivateTrainingMode.Sgd"/>, 0.25 by default, or of each client in a round
    /// of <see cref="PrivateTrainingMode.Client"/>. The other modes take everything.
    /// </summary>
    public double SamplingProbability { get; init; } = 0.25;

    /// <summary>How noise changes over the rounds; <see cref="NoiseShape.Constant"/> by default.</summary>
    public NoiseShape NoiseShape { get; init; } = NoiseShape.Constant;

    /// <summary>
    /// Whose presence is hidden: all rows of a patient together, by default, or single rows;
    /// <see cref="PrivacyUnit.Client"/> belongs to <see cref="PrivateTrainingMode.Client"/> and to nothing else.
    /// </summary>
    public PrivacyUnit Unit { get; init; } = PrivacyUnit.Patient;

    /// <summary>Clients that the table of <see cref="PrivateTrainingMode.Client"/> is dealt out to, 5 to 50. 20 by default.</summary>
    public int ClientCount { get; init; } = 20;

    /// <summary>Whether the clipping bound of <see cref="PrivateTrainingMode.Client"/> follows the median norm of the updates.</summary>
    public bool AdaptiveClipping { get; init; }

    /// <summary>
    /// Opens the account of a subject, a hospital or the whole federation, for a budget that covers this study once; null for none,
    /// by default. With an account only the private federated model is trained: any other would have to be paid for as well. The
    /// study disposes of it.
    /// </summary>
    public Func<string, PrivacyBudget, PrivacyLedger>? OpenLedger { get; init; }

    /// <summary>δ; must be below 1 / (number of patients). 10⁻⁴ by default.</summary>
    public double Delta { get; init; } = 1e-4;

    /// <summary>
    /// Makes the key of each hospital's noise; from the operating system by default, so that private results differ from run to
    /// run. A fixed key makes them reproducible and protects nobody: for tests.
    /// </summary>
    public Func<SecretKey256> CreateKey { get; init; } = SecretKey256.Create;
}
