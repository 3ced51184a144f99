// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Training.Data;

namespace FedKernel.Training.Studies;

/// <summary>
/// The UCI heart-disease files of four hospitals, scaled by clinical reference values: does a patient have heart disease?
/// The published protocol, which scales by the patients' own figures and is not private, is <see cref="FlambyHeartProtocol"/>.
/// </summary>
public static class HeartDiseaseStudy
{
    private static readonly StudyPlan _plan = new(
        RoundCount: 30,
        UpdatesPerRound: 20,
        BatchSize: 16,
        LearningRate: 0.1,
        PrivateRoundCount: 20,
        PrivateStepsPerRound: 2,
        PrivateLearningRate: 1,
        ClippingBound: 1);

    /// <summary>Runs the study.</summary>
    /// <param name="device">Where everything is computed.</param>
    /// <param name="hospitals">From <see cref="HeartDiseaseData.Load"/>.</param>
    /// <param name="options">Seed and privacy.</param>
    /// <param name="progress">Is told of every round.</param>
    /// <param name="cancellation">Ends the study between two rounds.</param>
    public static StudyReport Run(
        Device device,
        IReadOnlyList<Hospital> hospitals,
        StudyOptions options,
        IProgress<StudyProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(hospitals);
        ArgumentNullException.ThrowIfNull(options);
        if (options.PrivateTraining == PrivateTrainingMode.Client)
        {
            throw new ArgumentException($"Noise that hides one of {hospitals.Count} hospitals leaves nothing to learn; hide patients instead.", nameof(options));
        }

        FeatureScaling scaling = HeartDiseaseData.ClinicalScaling;
        Hospital[] scaled = [.. hospitals.Select(h => h.Scaled(scaling))];
        return new StudyRunner(device, scaled, _plan, options, progress, cancellation)
            .Run("heart_clinical", HeartDiseaseData.Citation, scaling);
    }
}
