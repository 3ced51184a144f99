// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Training.Data;
using FedKernel.Training.Partitioning;

namespace FedKernel.Training.Studies;

/// <summary>
/// The Wisconsin breast-cancer table, dealt out to four simulated hospitals of unequal size and label mix: is a tumour malignant?
/// </summary>
public static class BreastCancerStudy
{
    private const double Concentration = 1, TestShare = 0.25;
    private const int MinimumPerLabel = 8, MinimumPerLabelOfMany = 4;

    private static readonly double[] _shares = [0.4, 0.3, 0.2, 0.1];

    private static readonly StudyPlan _plan = new(
        RoundCount: 40,
        UpdatesPerRound: 10,
        BatchSize: 16,
        LearningRate: 0.3,
        PrivateRoundCount: 20,
        PrivateStepsPerRound: 4,
        PrivateLearningRate: 1,
        ClippingBound: 1);

    /// <summary>
    /// The four hospitals: shares 40, 30, 20 and 10 %, Dirichlet label skew with α = 1, a quarter kept for testing. Where whole clients
    /// are hidden, as many of equal size as the options say: four cannot hide one.
    /// </summary>
    /// <param name="table">From <see cref="BreastCancerData.Read"/>.</param>
    /// <param name="options">Its seed decides.</param>
    public static IReadOnlyList<Hospital> CreateHospitals(TabularDataset table, StudyOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        bool many = options.PrivateTraining == PrivateTrainingMode.Client;
        Throw.IfNotInRange(options.ClientCount, 5, 50);
        DirichletPartitioner partitioner = many
            ? new([.. Enumerable.Repeat(1.0, options.ClientCount)], Concentration, MinimumPerLabelOfMany)
            : new(_shares, Concentration, MinimumPerLabel);
        return [.. partitioner.Partition(table.Labels, options.Seed).Select((rows, k) => StratifiedSplit.Split(
            many ? FormattableString.Invariant($"Clinic {k + 1:00}") : $"Hospital {(char)('A' + k)}", table.Subset(rows), TestShare, options.Seed, k))];
    }

    /// <summary>Runs the study.</summary>
    /// <param name="device">Where everything is computed.</param>
    /// <param name="table">From <see cref="BreastCancerData.Read"/>.</param>
    /// <param name="options">Seed and privacy.</param>
    /// <param name="progress">Is told of every round.</param>
    /// <param name="cancellation">Ends the study between two rounds.</param>
    public static StudyReport Run(
        Device device,
        TabularDataset table,
        StudyOptions options,
        IProgress<StudyProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        FeatureScaling scaling = BreastCancerData.PublicScaling;
        Hospital[] hospitals = [.. CreateHospitals(table, options).Select(h => h.Scaled(scaling))];
        return new StudyRunner(device, hospitals, _plan, options, progress, cancellation).Run("breast", BreastCancerData.Citation, scaling);
    }
}
