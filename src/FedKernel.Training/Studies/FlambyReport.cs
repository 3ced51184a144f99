// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Updates;

namespace FedKernel.Training.Studies;

/// <summary>One model of the protocol, judged on each centre and on the pooled test patients.</summary>
/// <param name="PerCentre">On the test patients of each centre, scaled by that centre's training patients.</param>
/// <param name="PooledTest">On all test patients, scaled by all training patients: other features than in <paramref name="PerCentre"/>.</param>
public sealed record FlambyScores(IReadOnlyList<Evaluation> PerCentre, Evaluation PooledTest)
{
    /// <summary>Accuracy, each centre counting the same.</summary>
    public double MeanOfCentres => PerCentre.Average(e => e.Accuracy);
}

/// <summary>The protocol for one seed.</summary>
/// <param name="Seed">Which simulation.</param>
/// <param name="FedAvg">The federated model.</param>
/// <param name="Pooled">The model trained on all data.</param>
/// <param name="Local">The model of each centre alone.</param>
/// <param name="History">The rounds of the federated model; the last evaluation of each is the pooled test.</param>
/// <param name="Model">The federated model's values.</param>
public sealed record FlambySeedReport(
    ulong Seed,
    FlambyScores FedAvg,
    FlambyScores Pooled,
    IReadOnlyList<FlambyScores> Local,
    IReadOnlyList<RoundRecord> History,
    float[] Model);

/// <summary>The protocol for several seeds.</summary>
/// <param name="DeviceName">What really computed.</param>
/// <param name="CentreNames">The hospitals, in the order of every list here.</param>
/// <param name="Layout">How the models are read.</param>
/// <param name="Seeds">Each seed.</param>
public sealed record FlambyReport(
    string DeviceName, IReadOnlyList<string> CentreNames, ParameterLayout Layout, IReadOnlyList<FlambySeedReport> Seeds)
{
    /// <summary>Means over the seeds, under names that stay.</summary>
    public IReadOnlyList<StudyMeasure> Measures =>
    [
        new("heart.fedavg.accuracy_mean_of_centres", Seeds.Average(s => s.FedAvg.MeanOfCentres), "1"),
        new("heart.fedavg.accuracy_pooled_test", Seeds.Average(s => s.FedAvg.PooledTest.Accuracy), "1"),
        new("heart.pooled.accuracy_mean_of_centres", Seeds.Average(s => s.Pooled.MeanOfCentres), "1"),
        new("heart.pooled.accuracy_pooled_test", Seeds.Average(s => s.Pooled.PooledTest.Accuracy), "1"),
    ];
}
