// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Rounds;
using FedKernel.Tests.Privacy.Ledger;
using FedKernel.Training.Federation;
using FedKernel.Training.Solvers;
using FedKernel.Training.Strategies;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class CentralTrainingTests : IDisposable
{
    private const double Multiplier = 4, Delta = 1e-5;

    private static readonly ParameterLayout _layout = ParameterLayout.Flat(2);

    private readonly CpuDevice _device = new();
    private readonly LedgerFolder _folder = new();
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(3, 32).Select(i => (byte)i)]);

    private sealed class ConstantTrainer(Device device, params float[] update) : ILocalTrainer
    {
        public double ExampleCount => 1;

        public ModelUpdate Train(DeviceBuffer<float> globalModel) => ModelUpdate.Upload(device, _layout, update);

        public void Dispose()
        {
        }
    }

    [Fact]
    public void Run_EveryRound_StatesTheSumOfAllRoundsSoFar()
    {
        using PrivacyLedger ledger = Ledger(10);
        FederatedResult result = Run(Options(ledger, Noise(1)), 4);
        Assert.Null(result.StopReason);
        foreach (RoundRecord round in result.History)
        {
            PrivacyBracket expected = PrivacyAccountant.Epsilon(new RepeatedEvent(Noise(1).Event, round.Round), Delta);
            Assert.Equal(expected.Upper, round.Epsilon!.Value.Upper, 1e-9);
            Assert.Equal(1, round.ClippingBound);
        }

        Assert.Equal(4, ledger.Report().Kinds.Single().Releases);
    }

    [Fact]
    public void Run_SpentBudget_KeepsTheModelOfTheRoundsBefore()
    {
        double twice = AnalyticGaussian.Epsilon(Multiplier / Math.Sqrt(2), Delta) * 1.001;
        using PrivacyLedger small = Ledger(twice), large = Ledger(10);
        FederatedResult stopped = Run(Options(small, Noise(1)), 5);
        Assert.Equal(2, stopped.History.Count);
        Assert.Contains("Left: 0", stopped.StopReason, StringComparison.Ordinal);
        Assert.Equal(Run(Options(large, Noise(1)), 2).Model, stopped.Model);
        Assert.Throws<PrivacyBudgetException>(() => Run(Options(small, Noise(1)), 1));
    }

    [Fact]
    public void Run_NobodyDrawn_StillReleasesNoiseAndPays()
    {
        using PrivacyLedger ledger = Ledger(10);
        FederatedResult result = Run(Options(ledger, Noise(1e-6)), 3);
        Assert.All(result.History, r => Assert.Empty(r.Receipt.Accepted));
        Assert.All(result.Model, x => Assert.NotEqual(0, x));
        Assert.Equal(3, ledger.Report().Kinds.Single().Releases);
    }

    [Fact]
    public void Run_SimulatedCohortOrTooFewMultipliers_IsRefused()
    {
        using PrivacyLedger ledger = Ledger(10);
        CentralPrivacyOptions central = Options(ledger, Noise(1));
        Assert.Contains("UniformCohort", Assert.Throws<ArgumentException>(() => new FederatedTraining(_device, Federation(central, 3) with
        {
            Cohort = new UniformCohort(2, new SimulationSeed(1)),
        })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Run(central with { NoiseMultipliers = [1, 2] }, 3));
    }

    /// <summary>All norms are 0.1, so the bound falls from 1; with q = 1, almost no noise and γ = ½ a round moves it by e^(−0.2 · ½).</summary>
    [Fact]
    public void Run_AdaptiveClipping_MovesTheBoundToTheNorms()
    {
        using PrivacyLedger ledger = Ledger(1e9);
        CentralPrivacy noise = Noise(1) with { NoiseMultiplier = 1e-3, CountDeviation = 1e-3 };
        FederatedResult result = Run(Options(ledger, noise), 40);
        Assert.Equal(Math.Exp(-0.1), result.History[1].ClippingBound!.Value, 1e-3);
        Assert.All(result.History.Skip(25), r => Assert.InRange(r.ClippingBound!.Value, 0.08, 0.12));
    }

    [Fact]
    public void PoissonCohort_ManyRounds_EachClientComesByItsOwnCoin()
    {
        var cohort = new PoissonCohort(0.3, _key);
        int[] counts = new int[10];
        int together = 0;
        for (uint round = 0; round < 4000; round++)
        {
            IReadOnlyList<int> drawn = cohort.Sample(round, counts.Length);
            Assert.Equal(drawn, cohort.Sample(round, counts.Length));
            foreach (int k in drawn)
            {
                counts[k]++;
            }

            together += drawn.Contains(0) && drawn.Contains(1) ? 1 : 0;
        }

        // Five deviations of a binomial.
        Assert.All(counts, c => Assert.InRange(c, 1200 - 145, 1200 + 145));
        Assert.InRange(together, 360 - 91, 360 + 91);
        Assert.Equal([0, 1, 2], new PoissonCohort(1, _key).Sample(7, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonCohort(0, _key));
    }

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
        _folder.Dispose();
    }

    private static CentralPrivacy Noise(double q) => new(Multiplier, CappedWeights.Uniform(5), q);

    private static FederatedTrainingOptions Federation(CentralPrivacyOptions central, int rounds) =>
        new(_layout, rounds, new FixedPointRange(16, 16, 8)) { CentralPrivacy = central, Delta = Delta };

    private CentralPrivacyOptions Options(PrivacyLedger ledger, CentralPrivacy noise) => new(noise, 1, ledger, _key);

    private PrivacyLedger Ledger(double epsilon) => PrivacyLedger.Create(
        _folder.In(Guid.NewGuid().ToString("N")),
        "federation",
        new PrivacyBudget(epsilon, Delta, PrivacyUnit.Client, NeighbouringRelation.AddOrRemoveOne),
        _folder.Key);

    private FederatedResult Run(CentralPrivacyOptions central, int rounds)
    {
        LocalClient[] clients = [.. Enumerable.Range(0, 5).Select(k => new LocalClient($"{k}", _device, new ConstantTrainer(_device, 0.06f, 0.08f)))];
        return new FederatedTraining(_device, Federation(central, rounds)).Run(clients, [0, 0], [], cancellation: TestContext.Current.CancellationToken);
    }
}
