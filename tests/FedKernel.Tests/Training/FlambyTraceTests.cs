// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Training.Data;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;
using Xunit;

namespace FedKernel.Tests.Training;

/// <summary>Replays a recorded run of the published study: same start, same minibatches, same weights after every round.</summary>
public sealed class FlambyTraceTests
{
    [Fact]
    public void FedAvg_RecordedMinibatches_GivesTheRecordedWeightsOnEveryDevice()
    {
        Hospital[] hospitals = HeartData.FlambyScaled();
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "KnownAnswers", "flamby_heart_fedavg.json")));
        float[][] recorded = [.. trace.RootElement.GetProperty("global_after_round").EnumerateArray().Select(Floats)];
        float[]? firstModel = null;
        foreach (Device device in TestDevices.OpenAll())
        {
            using (device)
            {
                (float[][] models, FederatedResult result) = Replay(device, hospitals, trace.RootElement);
                for (int r = 0; r < recorded.Length; r++)
                {
                    float largest = recorded[r].Zip(models[r], (a, b) => MathF.Abs(a - b)).Max();
                    Assert.True(largest <= 5e-6f, $"{device.Info.Id}, round {r + 1}: a weight is off by {largest}.");
                }

                double[] accuracies = [.. result.History[^1].Evaluations.Select(e => e.Accuracy)];
                Assert.Equal(Doubles(trace.RootElement.GetProperty("accuracy_per_centre")), accuracies[..^1]);
                Assert.Equal(trace.RootElement.GetProperty("accuracy_pooled_test").GetDouble(), accuracies[^1]);
                firstModel ??= result.Model;
                Assert.Equal(firstModel, result.Model);
            }
        }
    }

    private static (float[][] Models, FederatedResult Result) Replay(Device device, Hospital[] hospitals, JsonElement trace)
    {
        var model = new LogisticRegression(hospitals[0].Train.FeatureCount);
        int updates = trace.GetProperty("updates_per_round").GetInt32();
        double rate = trace.GetProperty("learning_rate").GetDouble();
        MinibatchTrainer[] trainers = [.. hospitals.Select((h, k) => new MinibatchTrainer(
            device, model, h.Train, new RecordedBatches(Batches(trace, k, h.Train.RowCount)), new SgdOptimizer(rate), updates))];
        List<TabularDataset> tests = [.. hospitals.Select(h => h.Test), PooledTest()];
        var models = new ModelRecorder();
        IEvaluator[] evaluators = [.. tests.Select(t => new LogisticEvaluator(device, t))];
        var options = new FederatedTrainingOptions(model.Layout, trace.GetProperty("global_after_round").GetArrayLength(), new FixedPointRange(16, 256, 4));
        FederatedResult result = new FederatedTraining(device, options).Run(
            [.. trainers.Select((t, k) => new LocalClient(hospitals[k].Name, device, t))],
            Floats(trace.GetProperty("initial")),
            [.. evaluators, models],
            cancellation: TestContext.Current.CancellationToken);
        Array.ForEach(trainers, t => t.Dispose());
        Array.ForEach(evaluators, e => e.Dispose());
        FederatedResult trimmed = result with
        {
            History = [.. result.History.Select(h => h with { Evaluations = [.. h.Evaluations.SkipLast(1)] })],
        };
        return ([.. models.Models], trimmed);
    }

    /// <summary>The pooled table is scaled by pooled training patients: it is not the union of the centres' test tables.</summary>
    private static TabularDataset PooledTest()
    {
        IReadOnlyList<Hospital> raw = HeartDiseaseData.Load(HeartData.Directory);
        FeatureScaling pooled = FeatureScaling.OfTrainingData(TabularDataset.Concat([.. raw.Select(h => h.Train)]));
        return pooled.Apply(TabularDataset.Concat([.. raw.Select(h => h.Test)]));
    }

    private static Queue<int[]> Batches(JsonElement trace, int client, int rowCount)
    {
        int size = trace.GetProperty("batch_size").GetInt32();
        int[] order = [.. trace.GetProperty("batch_indices").EnumerateArray().SelectMany(r => r[client].EnumerateArray()).Select(i => i.GetInt32())];
        var batches = new Queue<int[]>();
        for (int start = 0, leftOfPass = rowCount; start < order.Length;)
        {
            int count = Math.Min(size, Math.Min(leftOfPass, order.Length - start));
            batches.Enqueue(order[start..(start + count)]);
            start += count;
            leftOfPass = leftOfPass == count ? rowCount : leftOfPass - count;
        }

        return batches;
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    private sealed class ModelRecorder : IEvaluator
    {
        public List<float[]> Models { get; } = [];

        public Evaluation Evaluate(ReadOnlySpan<float> model)
        {
            Models.Add(model.ToArray());
            return new Evaluation(1, 0, 0, null);
        }

        public void Dispose()
        {
        }
    }

    private sealed class RecordedBatches(Queue<int[]> batches) : IBatchSource
    {
        public int[] Next() => batches.Dequeue();
    }
}
