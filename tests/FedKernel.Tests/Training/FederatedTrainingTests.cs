// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Federation;
using FedKernel.Training.Solvers;
using FedKernel.Training.Strategies;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class FederatedTrainingTests
{
    private static readonly ParameterLayout _layout = ParameterLayout.Flat(2);

    /// <summary>A host's own trainer: it knows nothing of this engine but the interface.</summary>
    private sealed class ConstantTrainer(Device device, double count, params float[] update) : ILocalTrainer
    {
        public double ExampleCount => count;

        public ModelUpdate Train(DeviceBuffer<float> globalModel) => ModelUpdate.Upload(device, _layout, update);

        public void Dispose()
        {
        }
    }

    private sealed class BrokenClient(string id, Func<byte[]> answer) : IFederatedClient
    {
        public string Id => id;

        public PrivacyEvent? Released => null;

        public byte[] TakePart(ReadOnlySpan<byte> invitation) => answer();
    }

    [Fact]
    public void Run_UnequalClients_MovesByTheWeightedMeanWhateverTheirOrder()
    {
        using var device = new CpuDevice();
        LocalClient a = new("a", device, new ConstantTrainer(device, 1, 1, 0.1f));
        LocalClient b = new("b", device, new ConstantTrainer(device, 3, -1, 0.3f));
        FederatedResult forwards = Run(device, [a, b], rounds: 3);
        Assert.Equal([-1.5f, 0.75f], forwards.Model.Select(x => MathF.Round(x, 5)));
        Assert.Equal(forwards.Model, Run(device, [b, a], rounds: 3).Model);
        Assert.Equal(["a", "b"], forwards.History[0].Receipt.Accepted.Select(s => s.ClientId));
        Assert.Null(forwards.History[0].Epsilon);
    }

    [Fact]
    public void Run_BadClients_GoesOnWithoutThemAndSaysSo()
    {
        using var device = new CpuDevice();
        IFederatedClient[] clients =
        [
            new LocalClient("good", device, new ConstantTrainer(device, 10, 1, 2)),
            new LocalClient("nan", device, new ConstantTrainer(device, 10, float.NaN, 0)),
            new BrokenClient("garbage", () => [1, 2, 3]),
            new BrokenClient("silent", () => throw new ProtocolException("the line is dead")),
        ];
        RoundRecord round = Assert.Single(Run(device, clients, 1).History);
        Assert.Equal(["good"], round.Receipt.Accepted.Select(s => s.ClientId));
        Assert.Equal(["nan", ""], round.Receipt.Refused.Select(s => s.ClientId));
        Assert.Equal(["silent: the line is dead"], round.Absent);
        Assert.Contains("NaN", round.Receipt.Refused[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoUsableUpdate_StopsWithTheReasons()
    {
        using var device = new CpuDevice();
        var silent = new BrokenClient("silent", () => throw new ProtocolException("the line is dead"));
        Assert.Contains("the line is dead", Assert.Throws<ProtocolException>(() => Run(device, [silent], 1)).Message, StringComparison.Ordinal);
        var nan = new LocalClient("nan", device, new ConstantTrainer(device, 10, float.NaN, 0));
        Assert.Contains("NaN", Assert.Throws<ProtocolException>(() => Run(device, [nan], 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(device, [], 1));
    }

    [Fact]
    public void Run_SpentBudget_Stops()
    {
        using var device = new CpuDevice();
        var spent = new BrokenClient("spent", () => throw new PrivacyBudgetException("nothing is left"));
        var good = new LocalClient("good", device, new ConstantTrainer(device, 10, 1, 2));
        Assert.Throws<PrivacyBudgetException>(() => Run(device, [good, spent], 1));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var device = new CpuDevice();
        using var source = new CancellationTokenSource();
        source.Cancel();
        var good = new LocalClient("good", device, new ConstantTrainer(device, 10, 1, 2));
        var training = new FederatedTraining(device, new FederatedTrainingOptions(_layout, 1, new FixedPointRange(16, 16, 4)));
        Assert.Throws<OperationCanceledException>(() => training.Run([good], [0, 0], [], null, source.Token));
    }

    [Fact]
    public void Run_UniformCohort_HearsOnlyTheCohort()
    {
        using var device = new CpuDevice();
        IFederatedClient[] clients =
            [.. Enumerable.Range(0, 4).Select(k => new LocalClient($"{k}", device, new ConstantTrainer(device, 1, 0, 0)))];
        var cohort = new UniformCohort(2, new SimulationSeed(1));
        var options = new FederatedTrainingOptions(_layout, 40, new FixedPointRange(16, 16, 4)) { Cohort = cohort };
        FederatedResult result = new FederatedTraining(device, options).Run(clients, [0, 0], [], cancellation: TestContext.Current.CancellationToken);
        Assert.All(result.History, r => Assert.Equal(
            cohort.Sample((uint)r.Round, 4).Select(k => $"{k}"), r.Receipt.Accepted.Select(s => s.ClientId)));
        Assert.Equal(6, result.History.Select(r => string.Join(',', r.Receipt.Accepted.Select(s => s.ClientId))).Distinct().Count());
    }

    private static FederatedResult Run(Device device, IReadOnlyList<IFederatedClient> clients, int rounds) =>
        new FederatedTraining(device, new FederatedTrainingOptions(_layout, rounds, new FixedPointRange(16, 16, 4))).Run(clients, [0, 0], [], cancellation: TestContext.Current.CancellationToken);
}
