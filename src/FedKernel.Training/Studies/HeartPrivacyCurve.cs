// SPDX-License-Identifier: Apache-2.0
// How accuracy pays for privacy on the heart-disease study: FLamby's natural split, model and figure of merit (J. Ogier du Terrail
// et al., NeurIPS 2022), with example-level privacy of each client against the server, as in its dp_example.
// Training: four rounds; in each a hospital sends one noisy step over all its patients, AUTO-S with C = 1, rate 1, start 0. The same
// constants for every ε.
// Different from FLamby's (Opacus, Poisson batches, flat clipping): without sampling the rounds compose exactly, so no noise goes to
// a loose bound; few rounds make each step clear; AUTO-S uses the whole sensitivity for every patient in every round. Features are
// scaled by public constants, so that nothing about patients escapes ε; the same training with FLamby's own scaling stands beside
// it, like for like. Averaging the iterates was tried: it helps flat clipping a little and AUTO-S not at all.
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Privacy;
using FedKernel.Privacy.Schedules;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;

namespace FedKernel.Training.Studies;

/// <summary>Accuracy over ε, with each training's ε accounted.</summary>
public sealed class HeartPrivacyCurve
{
    private const int RoundCount = 4;
    private const double ClippingBound = 1, LearningRate = 1, MaximumMagnitude = 65536;

    private readonly Device _device;
    private readonly IReadOnlyList<Hospital> _hospitals;
    private readonly PrivacyCurveOptions _options;
    private readonly DensePerceptron _model;

    /// <summary>Checks the options.</summary>
    /// <param name="device">Where everything is computed.</param>
    /// <param name="hospitals">From <see cref="HeartDiseaseData.Load"/>, features as measured.</param>
    /// <param name="options">ε, δ and how often.</param>
    public HeartPrivacyCurve(Device device, IReadOnlyList<Hospital> hospitals, PrivacyCurveOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(hospitals);
        ArgumentNullException.ThrowIfNull(options);
        Throw.IfNotInRange(hospitals.Count, 1, 1 << 20, "number of hospitals");
        Throw.IfNotInRange(options.RunCount, 1, 1000);
        Throw.IfNotInRange(options.Epsilons.Count, 1, 1000, "number of ε");
        int patients = hospitals.Sum(h => h.Train.RowCount + h.Test.RowCount);
        if (!(options.Delta > 0 && options.Delta < 1.0 / patients))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Delta, $"δ must lie in (0, 1/{patients}): with more, publishing a patient would count as private.");
        }

        foreach (double epsilon in options.Epsilons)
        {
            Throw.IfNotInRange(epsilon, 1e-6, double.PositiveInfinity, "ε");
        }

        (_device, _hospitals, _options) = (device, hospitals, options);
        _model = new DensePerceptron([hospitals[0].Train.FeatureCount, 1]);
    }

    /// <summary>Trains every point of both curves.</summary>
    /// <param name="progress">Is told of every round.</param>
    /// <param name="cancellation">Ends the study between two rounds.</param>
    public PrivacyCurveReport Run(IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        double[] epsilons = [.. _options.Epsilons.Order()];
        int total = 2 * epsilons.Length * _options.RunCount, done = 0;
        var points = new List<CurvePoint>();
        foreach (CurveScaling scaling in Enum.GetValues<CurveScaling>())
        {
            Hospital[] hospitals = [.. _hospitals.Select(h => h.Scaled(
                scaling == CurveScaling.PublicConstants ? HeartDiseaseData.ClinicalScaling : FeatureScaling.OfTrainingData(h.Train)))];
            foreach (double epsilon in epsilons)
            {
                var results = new List<(FederatedResult Rounds, CurveRun Run)>();
                for (int run = 0; run < _options.RunCount; run++, done++)
                {
                    double before = done;
                    var relay = new Relay<RoundRecord>(r => progress?.Report(new StudyProgress(
                        FormattableString.Invariant($"ε = {epsilon}"), (before + ((double)r.Round / r.RoundCount)) / total, r)));
                    results.Add(Train(hospitals, epsilon, relay, cancellation));
                }

                points.Add(new CurvePoint(
                    scaling, epsilon, results[0].Rounds.History[^1].Epsilon, Multiplier(epsilon), [.. results.Select(r => r.Run)]));
            }
        }

        string protocol = FormattableString.Invariant(
            $"{RoundCount} rounds of one full-batch step, rate {LearningRate}, gradient of a patient brought to {ClippingBound} by AUTO-S; without privacy neither clipping nor noise");
        return new PrivacyCurveReport(
            $"{_device.Info.Id}: {_device.Info.Name}, {_device.Info.Capabilities}", [.. _hospitals.Select(h => h.Name)], _options.Delta, protocol, points);
    }

    /// <summary>z of each step, by the exact Gaussian accountant.</summary>
    private double Multiplier(double epsilon) => double.IsInfinity(epsilon)
        ? 0
        : NoiseSchedule.Constant(1, RoundCount).CalibratedTo(epsilon, _options.Delta).NoiseMultipliers[0];

    private (FederatedResult Rounds, CurveRun Run) Train(
        Hospital[] hospitals, double epsilon, IProgress<RoundRecord> progress, CancellationToken cancellation)
    {
        var resources = new List<IDisposable>();
        try
        {
            LocalClient[] clients = [.. hospitals.Select(h => new LocalClient(h.Name, _device, Trainer(h.Train, epsilon, resources)))];
            var range = new FixedPointRange(MaximumMagnitude, hospitals.Max(h => h.Train.RowCount), hospitals.Length);
            var options = new FederatedTrainingOptions(_model.Layout, RoundCount, range) { Delta = _options.Delta };
            FederatedResult result = new FederatedTraining(_device, options).Run(
                clients, new float[_model.Layout.Length], [], progress, cancellation);
            return (result, new CurveRun([.. hospitals.Select(h => Accuracy(h.Test, result.Model))]));
        }
        finally
        {
            resources.ForEach(r => r.Dispose());
        }
    }

    private ILocalTrainer Trainer(TabularDataset train, double epsilon, List<IDisposable> resources)
    {
        ILocalTrainer trainer;
        if (double.IsInfinity(epsilon))
        {
            trainer = new MinibatchTrainer(
                _device, new LogisticRegression(train.FeatureCount), train, new ReshufflingBatches(train.RowCount, train.RowCount, new SimulationSeed(0), 0),
                new SgdOptimizer(LearningRate), updatesPerRound: 1);
        }
        else
        {
            SecretKey256 key = _options.CreateKey();
            resources.Add(key);
            RecordGroups patients = RecordGroups.For(train, PrivacyUnit.Patient);
            var options = new DpSgdOptions(ClippingBound, [.. Enumerable.Repeat(Multiplier(epsilon), RoundCount)], LearningRate, StepsPerRound: 1)
            {
                Clipping = GradientClipping.AutoS,
            };
            trainer = new DpSgdTrainer(_device, _model, train, patients, new PoissonBatches(patients.Count, 1, key), options, key);
        }

        resources.Add(trainer);
        return trainer;
    }

    private double Accuracy(TabularDataset test, float[] model)
    {
        using var evaluator = new LogisticEvaluator(_device, test);
        return evaluator.Evaluate(model).Accuracy;
    }
}
