// SPDX-License-Identifier: Apache-2.0
// The heart-disease benchmark of FLamby · J. Ogier du Terrail et al., "FLamby: datasets and benchmarks for cross-silo federated
// learning in realistic healthcare settings", NeurIPS 2022; hyperparameters from its config_heart_disease.json.
// FedAvg: 15 rounds of 100 SGD steps, batch 4, rate 0.001, clients weighted by training patients. Pooled and local: Adam, rate
// 0.001, 50 epochs, batch 4. Start: uniform ±1/√13. Batches go on over the rounds and are shuffled anew each pass.
// Scaling: each centre by its own training patients, the pooled tables by all training patients, so that "pooled test" is not
// the union of the centres' tests. This scaling looks at the patients: nothing here is private.
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;

namespace FedKernel.Training.Studies;

/// <summary>Repeats a published study, with sampling of our own.</summary>
public sealed class FlambyHeartProtocol
{
    private const int BatchSize = 4, RoundCount = 15, UpdatesPerRound = 100, EpochCount = 50;
    private const double LearningRate = 0.001, MaximumMagnitude = 64;

    private readonly Device _device;
    private readonly Hospital[] _centres;
    private readonly Hospital _pooled;
    private readonly LogisticRegression _model;

    /// <summary>Scales the tables as the protocol says.</summary>
    /// <param name="device">Where everything is computed.</param>
    /// <param name="hospitals">From <see cref="HeartDiseaseData.Load"/>, features as measured.</param>
    public FlambyHeartProtocol(Device device, IReadOnlyList<Hospital> hospitals)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(hospitals);
        Throw.IfNotInRange(hospitals.Count, 1, 1 << 20, "number of hospitals");
        _device = device;
        _centres = [.. hospitals.Select(ScaledByItself)];
        _pooled = ScaledByItself(new Hospital(
            "pooled",
            TabularDataset.Concat([.. hospitals.Select(h => h.Train)]),
            TabularDataset.Concat([.. hospitals.Select(h => h.Test)])));
        _model = new LogisticRegression(_pooled.Train.FeatureCount);
    }

    /// <summary>Runs the protocol for seeds first, first + 1, …</summary>
    /// <param name="firstSeed">The first seed.</param>
    /// <param name="seedCount">How many, at least 1.</param>
    /// <param name="progress">Is told of every round.</param>
    /// <param name="cancellation">Ends the study between two rounds.</param>
    public FlambyReport Run(
        SimulationSeed firstSeed, int seedCount, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        Throw.IfNotInRange(seedCount, 1, 100_000);
        LogisticEvaluator[] evaluators = [.. _centres.Append(_pooled).Select(h => new LogisticEvaluator(_device, h.Test))];
        try
        {
            var seeds = new List<FlambySeedReport>(seedCount);
            for (int i = 0; i < seedCount; i++)
            {
                var seed = new SimulationSeed(unchecked(firstSeed.Value + (ulong)i));
                double done = (double)i / seedCount;
                var relay = new Relay<RoundRecord>(r => progress?.Report(new StudyProgress(
                    $"seed {seed.Value}", done + ((double)r.Round / r.RoundCount / seedCount), r)));
                seeds.Add(RunSeed(seed, evaluators, relay, cancellation));
            }

            return new FlambyReport(
                $"{_device.Info.Id}: {_device.Info.Name}, {_device.Info.Capabilities}", [.. _centres.Select(c => c.Name)], _model.Layout, seeds);
        }
        finally
        {
            Array.ForEach(evaluators, e => e.Dispose());
        }
    }

    private static Hospital ScaledByItself(Hospital hospital) => hospital.Scaled(FeatureScaling.OfTrainingData(hospital.Train));

    private FlambySeedReport RunSeed(
        SimulationSeed seed, LogisticEvaluator[] evaluators, Relay<RoundRecord> progress, CancellationToken cancellation)
    {
        float[] initial = _model.CreateUniform(seed);
        MinibatchTrainer[] trainers = [.. _centres.Select((c, k) => Trainer(
            c.Train, seed, k, new SgdOptimizer(LearningRate), UpdatesPerRound))];
        FederatedResult federated = Federate([.. trainers], RoundCount, initial, evaluators, progress, cancellation);
        // The centre's number plus one more names the batches of pooled training; local training sees other batches than FedAvg.
        FlambyScores pooled = TrainAlone(_pooled, seed, _centres.Length, initial, evaluators, cancellation);
        FlambyScores[] local = [.. _centres.Select((c, k) => TrainAlone(c, seed, _centres.Length + 1 + k, initial, evaluators, cancellation))];
        return new FlambySeedReport(seed.Value, ScoresOf(federated), pooled, local, federated.History, federated.Model);
    }

    private FlambyScores TrainAlone(
        Hospital data, SimulationSeed seed, int stream, float[] initial, LogisticEvaluator[] evaluators, CancellationToken cancellation)
    {
        int updates = EpochCount * ((data.Train.RowCount + BatchSize - 1) / BatchSize);
        var adam = new AdamOptimizer(_device, _model.Layout.Length, LearningRate);
        return ScoresOf(Federate([Trainer(data.Train, seed, stream, adam, updates)], 1, initial, evaluators, null, cancellation));
    }

    private MinibatchTrainer Trainer(TabularDataset train, SimulationSeed seed, int stream, ILocalOptimizer optimizer, int updates) =>
        new(_device, _model, train, new ReshufflingBatches(train.RowCount, BatchSize, seed, stream), optimizer, updates);

    /// <summary>A federation, which is pooled or local training if it has one member. Disposes of the trainers.</summary>
    private FederatedResult Federate(
        ILocalTrainer[] trainers,
        int rounds,
        float[] initial,
        LogisticEvaluator[] evaluators,
        IProgress<RoundRecord>? progress,
        CancellationToken cancellation)
    {
        try
        {
            var range = new FixedPointRange(MaximumMagnitude, trainers.Max(t => t.ExampleCount), trainers.Length);
            var options = new FederatedTrainingOptions(_model.Layout, rounds, range);
            LocalClient[] clients = [.. trainers.Select((t, k) => new LocalClient(_centres[k].Name, _device, t))];
            return new FederatedTraining(_device, options).Run(clients, initial, evaluators, progress, cancellation);
        }
        finally
        {
            Array.ForEach(trainers, t => t.Dispose());
        }
    }

    private static FlambyScores ScoresOf(FederatedResult result)
    {
        IReadOnlyList<Evaluation> all = result.History[^1].Evaluations;
        return new FlambyScores([.. all.SkipLast(1)], all[^1]);
    }
}
