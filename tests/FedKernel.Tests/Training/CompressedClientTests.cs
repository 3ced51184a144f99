// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Rounds;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Training;

/// <summary>Clients that compress: what they remember, what they send, and what is counted of it.</summary>
public sealed class CompressedClientTests : IDisposable
{
    private static readonly ParameterLayout _layout = ParameterLayout.Flat(100);
    private static readonly CompressionPipeline _pipeline = CompressionPipeline.Parse("ef+topk:0.1+int8:64,stochastic");
    private static readonly FixedPointRange _range = new(1024, 1000, 4);

    private readonly CpuDevice _device = new(threadCount: 1);
    private readonly RoundingSource _rounding = RoundingSource.Simulation(new SimulationSeed(5));

    [Fact]
    public void TakePart_RoundAfterRound_SendsWhatOneCompressorMakes()
    {
        using var client = new LocalClient("a", _device, new RampTrainer(_device), _rounding);
        using var compressor = new UpdateCompressor(_device, _layout, _pipeline, _rounding);
        for (uint round = 1; round <= 3; round++)
        {
            using var server = new ServerRound(_device, new RoundPlan(round, _layout, _range) { Compression = _pipeline });
            byte[] invitation = server.Invite(new float[_layout.Length]);
            using ClientRound own = ClientRound.Join(_device, "a", invitation);
            using ModelUpdate update = new RampTrainer(_device).Train(own.GlobalModel);
            Assert.Equal(own.Submit(update, 37, compressor), client.TakePart(invitation));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_TwoClients_CountsTheBytesOfTheirMessages(bool isCompressed)
    {
        using LocalClient a = new("a", _device, new RampTrainer(_device), _rounding), b = new("b", _device, new RampTrainer(_device), _rounding);
        CountingClient[] clients = [new(a), new(b)];
        var options = new FederatedTrainingOptions(_layout, 2, _range) { Compression = isCompressed ? _pipeline : null };
        FederatedResult result = new FederatedTraining(_device, options).Run(clients, new float[_layout.Length], [], cancellation: TestContext.Current.CancellationToken);
        for (int r = 0; r < 2; r++)
        {
            Assert.Equal(clients.Sum(c => c.Traffic[r].Up), result.History[r].UplinkBytes);
            Assert.Equal(clients.Sum(c => c.Traffic[r].Down), result.History[r].DownlinkBytes);
        }
    }

    /// <summary>One step from the same model: rate · gradient, and the rate shrinks by the decay each round.</summary>
    [Fact]
    public void Train_WithDecay_StepsByLessEachRound()
    {
        var model = new DensePerceptron([6, 5, 3], Activation.Relu);
        using var trainer = new PerceptronTrainer(
            _device, model, GhostGradientTests.Table(12, 3), new EveryRow(12), new PerceptronTrainingOptions(12, 0.5, 1) { RateDecay = 0.25 });
        using DeviceBuffer<float> global = _device.Upload<float>(model.CreateUniform(new SimulationSeed(4)));
        using ModelUpdate first = trainer.Train(global), second = trainer.Train(global);
        float[] whole = first.Values.ToArray(), quarter = second.Values.ToArray();
        Assert.True(whole.Max(MathF.Abs) > 0.01);
        Assert.All(whole.Zip(quarter), p => Assert.Equal(p.First / 4, p.Second, 2e-7));
    }

    public void Dispose() => _device.Dispose();

    private sealed class RampTrainer(Device device) : ILocalTrainer
    {
        public double ExampleCount => 37;

        public ModelUpdate Train(DeviceBuffer<float> globalModel) =>
            ModelUpdate.Upload(device, _layout, [.. Enumerable.Range(0, 100).Select(i => 1 + (i % 9 * 0.1f))]);

        public void Dispose()
        {
        }
    }

    private sealed class CountingClient(LocalClient client) : IFederatedClient
    {
        public string Id => client.Id;

        public PrivacyEvent? Released => null;

        public List<(long Up, long Down)> Traffic { get; } = [];

        public byte[] TakePart(ReadOnlySpan<byte> invitation)
        {
            byte[] message = client.TakePart(invitation);
            Traffic.Add((message.Length, invitation.Length));
            return message;
        }
    }

    private sealed class EveryRow(int count) : IBatchSource
    {
        public int[] Next() => [.. Enumerable.Range(0, count)];
    }
}
