// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Training.Partitioning;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;

namespace FedKernel.Training.Studies;

/// <summary>The same trainings with updates as they are and compressed: same seeds, clients, batches, constants and number of rounds.</summary>
public sealed class CompressionStudy
{
    private const double MaximumMagnitude = 1024;

    private readonly Device _device;
    private readonly ImageStudy _study;
    private readonly CompressionStudyOptions _options;

    /// <summary>Checks the options.</summary>
    /// <param name="device">Where models and updates lie.</param>
    /// <param name="study">What is trained.</param>
    /// <param name="options">Pipelines and seeds.</param>
    /// <exception cref="ArgumentException">A pipeline does not take the model's updates, or comes twice.</exception>
    public CompressionStudy(Device device, ImageStudy study, CompressionStudyOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(options);
        Throw.IfNotInRange(options.SeedCount, 1, 1000);
        Throw.IfNotInRange(options.Pipelines.Count, 0, 1000, "number of pipelines");
        var names = new HashSet<string>();
        foreach (CompressionPipeline pipeline in options.Pipelines)
        {
            _ = pipeline.Describe(study.Model.Layout);
            if (!names.Add(pipeline.Name))
            {
                throw new ArgumentException($"The pipeline '{pipeline.Name}' is given twice.", nameof(options));
            }
        }

        (_device, _study, _options) = (device, study, options);
    }

    /// <summary>Trains every arm with every seed.</summary>
    /// <param name="progress">Is told of every round.</param>
    /// <param name="cancellation">Ends the study between two rounds.</param>
    public CompressionReport Run(IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        CompressionPipeline?[] pipelines = [null, .. _options.Pipelines];
        var runs = new List<CompressionRun>[pipelines.Length];
        int total = pipelines.Length * _options.SeedCount, done = 0;
        for (int arm = 0; arm < pipelines.Length; arm++)
        {
            runs[arm] = [];
            for (int s = 0; s < _options.SeedCount; s++, done++)
            {
                double before = done;
                string activity = $"{_study.Name}, {pipelines[arm]?.Name ?? CompressionArm.Dense}";
                var relay = new Relay<RoundRecord>(r => progress?.Report(
                    new StudyProgress(activity, (before + ((double)r.Round / r.RoundCount)) / total, r) { IsFederated = true }));
                runs[arm].Add(Train(pipelines[arm], new SimulationSeed(unchecked(_options.Seed.Value + (ulong)s)), relay, cancellation));
            }
        }

        return new CompressionReport(
            _study.Name, _study.Citation, $"{_device.Info.Id}: {_device.Info.Name}, {_device.Info.Capabilities}",
            FormattableString.Invariant($"{string.Join('-', _study.Model.Widths)} perceptron (ReLU, softmax), {_study.Model.Layout.Length:N0} parameters; {_study.Plan.Text}; {_study.Data.Train.RowCount:N0} training and {_study.Data.Test.RowCount:N0} test images"),
            _study.Model.Layout.Length,
            [.. pipelines.Select((p, arm) => new CompressionArm(p?.Name ?? CompressionArm.Dense, _study.Plan.ClientCount, runs[arm]))]);
    }

    private CompressionRun Train(CompressionPipeline? pipeline, SimulationSeed seed, IProgress<RoundRecord> progress, CancellationToken cancellation)
    {
        ImageStudyPlan plan = _study.Plan;
        TabularDataset train = _study.Data.Train;
        IReadOnlyList<int[]> parts = new DirichletPartitioner([.. Enumerable.Repeat(1.0, plan.ClientCount)], plan.Concentration)
            .Partition(train.Labels, seed);
        LocalClient[] clients = [.. parts.Select((rows, k) => CreateClient(train.Subset(rows), k, seed))];
        try
        {
            using var evaluator = new PerceptronEvaluator(_study.Model, _study.Data.Test);
            var range = new FixedPointRange(MaximumMagnitude, parts.Max(p => p.Length), clients.Length);
            var options = new FederatedTrainingOptions(_study.Model.Layout, plan.RoundCount, range) { Compression = pipeline };
            FederatedResult result = new FederatedTraining(_device, options).Run(
                clients, _study.Model.CreateUniform(seed), [evaluator], progress, cancellation);
            return new CompressionRun(seed.Value, [.. result.History.Select(Judged)]);
        }
        finally
        {
            Array.ForEach(clients, c => c.Dispose());
        }
    }

    private LocalClient CreateClient(TabularDataset rows, int client, SimulationSeed seed)
    {
        ImageStudyPlan plan = _study.Plan;
        var trainer = new PerceptronTrainer(
            _device, _study.Model, rows, new ReshufflingBatches(rows.RowCount, plan.BatchSize, seed, client),
            new PerceptronTrainingOptions(plan.BatchSize, plan.LearningRate, plan.UpdatesPerRound) { RateDecay = plan.RateDecay });
        return new LocalClient(
            FormattableString.Invariant($"client {client + 1:00}"), _device, trainer, RoundingSource.Simulation(SimulationDraws.Rounding(seed, client)));
    }

    /// <summary>A client that is missing would make its arm look cheap: that is an error here.</summary>
    private static CompressionRound Judged(RoundRecord round)
    {
        string? missing = round.Absent.Concat(round.Receipt.Refused.Select(r => $"{r.ClientId}: {r.Reason}")).FirstOrDefault();
        return missing is null
            ? new CompressionRound(round.MeanAccuracy, round.UplinkBytes, round.DownlinkBytes)
            : throw new ProtocolException($"Round {round.Round} lacks a client. {missing}");
    }
}
