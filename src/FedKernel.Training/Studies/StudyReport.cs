// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Training.Data;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Updates;

namespace FedKernel.Training.Studies;

/// <summary>Who trains with whose data.</summary>
public enum TrainingMode
{
    /// <summary>All hospitals together; data stays where it is.</summary>
    Federated,

    /// <summary>One trainer has all data: what federation is measured against.</summary>
    Pooled,

    /// <summary>Each hospital alone, judged on its own test patients.</summary>
    LocalOnly,
}

/// <summary>What was promised to the patients of one model.</summary>
/// <param name="Epsilon">ε.</param>
/// <param name="Delta">δ.</param>
/// <param name="NoiseMultiplier">z of one step.</param>
/// <param name="ClippingBound">C, the bound of one patient's gradient.</param>
/// <param name="StepCount">T: noisy steps that each patient took part in.</param>
public sealed record PrivacyStatement(double Epsilon, double Delta, double NoiseMultiplier, double ClippingBound, int StepCount)
{
    /// <summary>What the accountant says of all releases at δ; its upper end is at most ε.</summary>
    public PrivacyBracket Accounted { get; init; }

    /// <summary>Whose presence is hidden.</summary>
    public PrivacyUnit Unit { get; init; } = PrivacyUnit.Patient;

    private string UnitName => Unit switch
    {
        PrivacyUnit.Patient => "patient",
        PrivacyUnit.Client => "client",
        _ => "row",
    };

    private string Against => Unit == PrivacyUnit.Client ? "against whoever sees the models, not against the server, which sees each update" : "against server and public";

    /// <summary>The guarantee in words: unit, neighbours, what is public.</summary>
    public string Text => FormattableString.Invariant(
        $"(ε = {Epsilon:0.###}, δ = {Delta:0.#e+0}) for each {UnitName} and model, accounted to lie in [{Accounted.Lower:0.####}, {Accounted.Upper:0.####}]; neighbours: add or remove one {UnitName}, with the number of {UnitName}s public; {Against}; test data and their scores are not covered.");
}

/// <summary>A participant in figures.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TrainCount">Training patients.</param>
/// <param name="TestCount">Test patients.</param>
/// <param name="PositiveShare">Share of the training patients whose label is 1.</param>
public sealed record HospitalSummary(string Name, int TrainCount, int TestCount, double PositiveShare);

/// <summary>One way of training and what came of it.</summary>
/// <param name="Mode">Who trained with whose data.</param>
/// <param name="Privacy">What was promised; null for nothing.</param>
/// <param name="PerHospital">The model on the test patients of each hospital, in the order of the report.</param>
/// <param name="EveryoneAccuracy">
/// Accuracy on all test patients, wherever they are treated; for local training the mean over the hospitals' models, which says
/// how they do on patients unlike their own.
/// </param>
/// <param name="History">The rounds, for the federated models; else empty.</param>
public sealed record MethodReport(
    TrainingMode Mode,
    PrivacyStatement? Privacy,
    IReadOnlyList<Evaluation> PerHospital,
    double EveryoneAccuracy,
    IReadOnlyList<RoundRecord> History)
{
    /// <summary>Accuracy on each hospital's own patients, each hospital counting the same.</summary>
    public double MeanAccuracy => PerHospital.Average(e => e.Accuracy);
}

/// <summary>A figure with a stable name.</summary>
/// <param name="Name">area.case.measure.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit; "1" for shares.</param>
public sealed record StudyMeasure(string Name, double Value, string Unit);

/// <summary>Everything that a study found.</summary>
/// <param name="Name">Name of the study, first part of its measures' names.</param>
/// <param name="Citation">Where the data comes from, and its licence.</param>
/// <param name="DeviceName">What really computed.</param>
/// <param name="Seed">Which simulation.</param>
/// <param name="Protocol">How was trained, for people.</param>
/// <param name="Hospitals">The participants.</param>
/// <param name="Methods">Each way of training.</param>
/// <param name="Layout">How the models are read.</param>
/// <param name="FeatureNames">What each weight belongs to.</param>
/// <param name="Scaling">Public constants that the features were scaled by.</param>
/// <param name="Model">The federated model without privacy; null if a ledger is kept, for it would have to be charged.</param>
/// <param name="PrivateModel">The federated model with privacy; null if none was trained.</param>
public sealed record StudyReport(
    string Name,
    string Citation,
    string DeviceName,
    ulong Seed,
    string Protocol,
    IReadOnlyList<HospitalSummary> Hospitals,
    IReadOnlyList<MethodReport> Methods,
    ParameterLayout Layout,
    IReadOnlyList<string> FeatureNames,
    FeatureScaling Scaling,
    float[]? Model,
    float[]? PrivateModel)
{
    /// <summary>The figures of the report.</summary>
    public IReadOnlyList<StudyMeasure> Measures => [.. Methods.SelectMany(MeasuresOf)];

    /// <summary>Why the private federated training ended early: a budget was spent. Null if it did not.</summary>
    public string? StopReason { get; init; }

    /// <summary>Whether private models were trained.</summary>
    public bool IsPrivate => Methods.Any(m => m.Privacy is not null);

    /// <summary>Whether there is a method of that mode, with or without privacy.</summary>
    public bool Has(TrainingMode mode, bool isPrivate) => Methods.Any(m => m.Mode == mode && m.Privacy is not null == isPrivate);

    /// <summary>The method of that mode, with or without privacy.</summary>
    public MethodReport Method(TrainingMode mode, bool isPrivate) =>
        Methods.Single(m => m.Mode == mode && m.Privacy is not null == isPrivate);

    private IEnumerable<StudyMeasure> MeasuresOf(MethodReport method)
    {
        string mode = method.Mode switch
        {
            TrainingMode.Federated => "fedavg",
            TrainingMode.Pooled => "pooled",
            _ => "local",
        };
        string prefix = $"{Name}.{mode}{(method.Privacy is null ? "" : "_dp")}";
        yield return new StudyMeasure($"{prefix}.accuracy_mean_of_centres", method.MeanAccuracy, "1");
        yield return new StudyMeasure($"{prefix}.accuracy_everyone", method.EveryoneAccuracy, "1");
        if (method.Privacy is { } privacy)
        {
            yield return new StudyMeasure($"{prefix}.epsilon", privacy.Epsilon, "nat");
            yield return new StudyMeasure($"{prefix}.epsilon_accounted_lower", privacy.Accounted.Lower, "nat");
            yield return new StudyMeasure($"{prefix}.epsilon_accounted_upper", privacy.Accounted.Upper, "nat");
            yield return new StudyMeasure($"{prefix}.delta", privacy.Delta, "1");
        }
    }
}
