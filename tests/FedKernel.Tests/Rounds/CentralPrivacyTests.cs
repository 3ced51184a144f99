// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Rounds;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Rounds;

public sealed class CentralPrivacyTests : IDisposable
{
    private const int Length = 500;
    private const double Multiplier = 2, Bound = 1.5;

    private static readonly ParameterLayout _layout = new([("w", [Length])]);

    private readonly CpuDevice _device = new();
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(7, 32).Select(i => (byte)i)]);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedkernel-central");
    private readonly ECDsa _signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void Finish_TwoClients_IsTheCappedMeanOverTheFixedDenominatorPlusNoise()
    {
        using PrivacyLedger ledger = Ledger(10);
        RoundPlan plan = Plan(1, Privacy());
        using RoundResult result = Run(plan, ledger, (Constant(1), 50), (Constant(-0.01f), 400));
        using DeviceBuffer<float> noise = _device.Upload<float>(new float[Length]);
        _device.Sample(noise, noise, new GaussianNoise<ChaCha20Stream>(
            _key.CreateStream(new StreamId(1, StreamPurpose.PrivacyNoise)), (float)(Multiplier * Bound / 4)));
        // 1 is clipped to C/√d and weighs 50/100; −0.01 is within the bound and weighs 1. The denominator is 4, not 1.5.
        double expected = ((0.5 * Bound / Math.Sqrt(Length)) - 0.01) / 4;
        float[] actual = result.Mean.ToArray(), drawn = noise.ToArray();
        for (int i = 0; i < Length; i++)
        {
            Assert.Equal(expected + drawn[i], actual[i], 1e-5);
        }

        Assert.Equal(4, result.Receipt.TotalWeight);
        Assert.Equal(AnalyticGaussian.Epsilon(Multiplier, 1e-5), ledger.Spent.Upper, 1e-9);
    }

    /// <summary>One client more or less moves the sum by at most C over the denominator, whatever it claims to weigh.</summary>
    [Fact]
    public void Finish_OneClientMore_MovesTheSumByAtMostTheSensitivity()
    {
        using PrivacyLedger ledger = Ledger(1000);
        double[] with = Noiseless((Constant(0.01f), 10), (Constant(1000), 1e6));
        double[] without = Noiseless((Constant(0.01f), 10));
        double distance = Math.Sqrt(with.Zip(without, (a, b) => (a - b) * (a - b)).Sum());
        Assert.InRange(distance, 0.99 * Bound / 4, (Bound / 4) + 1e-6);

        double[] Noiseless(params (float[] Values, double Weight)[] clients)
        {
            // The same round, key and so the same noise, which cancels.
            using RoundResult result = Run(Plan(1, Privacy()), ledger, clients);
            return [.. result.Mean.ToArray().Select(x => (double)x)];
        }
    }

    [Fact]
    public void Finish_NoClient_IsNoiseAlone()
    {
        using PrivacyLedger ledger = Ledger(10);
        using RoundResult result = Run(Plan(1, Privacy()), ledger);
        double variance = result.Mean.ToArray().Sum(x => (double)x * x) / Length;
        // Chi-square with 500 degrees: outside with probability below 1e-8.
        Assert.InRange(variance / Math.Pow(Multiplier * Bound / 4, 2), 0.65, 1.4);
    }

    [Fact]
    public void Finish_SpentBudget_ReleasesNothingAndSaysWhatIsLeft()
    {
        double twice = AnalyticGaussian.Epsilon(new GaussianEvent(Multiplier, default).Compose(2).NoiseMultiplier, 1e-5);
        using PrivacyLedger ledger = Ledger(twice * 1.001);
        Run(Plan(1, Privacy()), ledger).Dispose();
        Run(Plan(2, Privacy()), ledger).Dispose();
        using var third = new ServerRound(_device, Plan(3, Privacy()));
        PrivacyBudgetException spent = Assert.Throws<PrivacyBudgetException>(() => third.Finish(ledger, _key));
        Assert.Contains("Left: 0", spent.Message, StringComparison.Ordinal);
        Assert.Equal(twice, ledger.Spent.Upper, 1e-9);
    }

    [Fact]
    public void Finish_SampledCohort_IsChargedAsPoisson()
    {
        using PrivacyLedger ledger = Ledger(10);
        Run(Plan(1, Privacy() with { SamplingProbability = 0.1 }), ledger).Dispose();
        PrivacyBracket expected = PrivacyAccountant.Epsilon(
            new PoissonSampledEvent(0.1, new GaussianEvent(Multiplier, NeighbouringRelation.AddOrRemoveOne)), 1e-5);
        Assert.Equal(expected.Upper, ledger.Spent.Upper, 1e-9);
        Assert.True(ledger.Spent.Upper < 0.5 * AnalyticGaussian.Epsilon(Multiplier, 1e-5));
    }

    /// <summary>Andrew et al. 2021, theorem 1: count and update share z, and the update's noise has the C that clipped this round.</summary>
    [Fact]
    public void Finish_WithCount_ReleasesItCentredAndSplitsTheNoise()
    {
        using PrivacyLedger ledger = Ledger(10);
        const double CountDeviation = 2;
        CentralPrivacy privacy = Privacy() with { CountDeviation = CountDeviation };
        // Two within the bound, one beyond it: Σ (b − ½) = ½.
        using RoundResult result = Run(Plan(1, privacy), ledger, (Constant(0.01f), 1), (Constant(0.02f), 1), (Constant(1), 1));
        using RoundResult empty = Run(Plan(1, privacy), ledger);
        Assert.Equal(0.5, result.NoisedCentredCount!.Value - empty.NoisedCentredCount!.Value, 1e-12);
        Assert.NotEqual(0, empty.NoisedCentredCount.Value);
        double split = Multiplier / Math.Sqrt(1 - Math.Pow(Multiplier / (2 * CountDeviation), 2));
        using RoundResult plain = Run(Plan(1, Privacy()), ledger);
        Assert.Null(plain.NoisedCentredCount);
        float[] wide = empty.Mean.ToArray(), narrow = plain.Mean.ToArray();
        Assert.All(Enumerable.Range(0, Length), i => Assert.Equal(split / Multiplier * narrow[i], wide[i], 1e-5));
        Assert.Equal(privacy.Event, Privacy().Event);
        Assert.ThrowsAny<ArgumentException>(() => new ServerRound(_device, Plan(1, Privacy() with { CountDeviation = 0.9 })));
    }

    [Fact]
    public void Receive_BadValuesOrWeights_AreRefusedAndTheRoundGoesOn()
    {
        RoundPlan plan = Plan(1, Privacy());
        using var server = new ServerRound(_device, plan);
        float[] bad = Constant(0.01f);
        bad[7] = float.NaN;
        Submission refused = server.Receive(new UpdateMessage("a", plan.Fingerprint(), 1, bad).ToBytes());
        Assert.False(refused.IsAccepted);
        Assert.Contains("NaN", refused.Reason, StringComparison.Ordinal);
        foreach (double weight in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Assert.False(server.Receive(new UpdateMessage("b", plan.Fingerprint(), weight, Constant(0.01f)).ToBytes()).IsAccepted);
        }

        Assert.True(server.Receive(new UpdateMessage("b", plan.Fingerprint(), 1, Constant(0.01f)).ToBytes()).IsAccepted);
        Assert.Equal(1, server.AcceptedCount);
    }

    [Fact]
    public void Finish_WithoutWhatThePlanAsksFor_IsRefused()
    {
        using PrivacyLedger ledger = Ledger(10);
        using var noisy = new ServerRound(_device, Plan(1, Privacy()));
        Assert.Contains("ledger", Assert.Throws<ProtocolException>(noisy.Finish).Message, StringComparison.Ordinal);
        using var plain = new ServerRound(_device, Plan(1, null));
        Assert.Throws<ProtocolException>(() => plain.Finish(ledger, _key));
        using PrivacyLedger patients = PrivacyLedger.Create(
            Path.Combine(_folder.FullName, "patients"), "clinic", new PrivacyBudget(10, 1e-5, PrivacyUnit.Patient, NeighbouringRelation.AddOrRemoveOne), _signer);
        Assert.Contains("Patient", Assert.Throws<ProtocolException>(() => noisy.Finish(patients, _key)).Message, StringComparison.Ordinal);
        Assert.Equal(0, patients.Spent.Upper);
    }

    [Fact]
    public void Plan_WithNoise_TravelsAndNeedsABound()
    {
        RoundPlan plan = Plan(9, Privacy() with { SamplingProbability = 0.25, Relation = NeighbouringRelation.ReplaceOne, CountDeviation = 9 });
        using var server = new ServerRound(_device, plan);
        using ClientRound client = ClientRound.Join(_device, "a", server.Invite(new float[Length]));
        Assert.Equal(plan.Fingerprint(), client.Plan.Fingerprint());
        Assert.Equal(9, client.Plan.CentralPrivacy!.CountDeviation);
        Assert.Equal(0.25, client.Plan.CentralPrivacy!.SamplingProbability);
        Assert.Equal(NeighbouringRelation.ReplaceOne, client.Plan.CentralPrivacy.Relation);
        Assert.Throws<ArgumentException>(() => (plan with { ClippingBound = null }).Fingerprint());
        Assert.Throws<ArgumentException>(() => (plan with { MinimumClientCount = 2 }).Fingerprint());
        foreach (double z in (double[])[double.NaN, 0, 1e-9, 1e7])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Privacy() with { NoiseMultiplier = z });
            Assert.Throws<ArgumentOutOfRangeException>(() => new CentralPrivacy(z, new CappedWeights(1, 1)));
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
        _signer.Dispose();
        _folder.Delete(true);
    }

    private static float[] Constant(float value) => [.. Enumerable.Repeat(value, Length)];

    private static CentralPrivacy Privacy() => new(Multiplier, new CappedWeights(100, 4));

    private static RoundPlan Plan(uint round, CentralPrivacy? privacy) =>
        new(round, _layout, new FixedPointRange(1e4, 1e7, 100)) { ClippingBound = Bound, CentralPrivacy = privacy };

    private PrivacyLedger Ledger(double epsilon) => PrivacyLedger.Create(
        Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N")),
        "federation",
        new PrivacyBudget(epsilon, 1e-5, PrivacyUnit.Client, NeighbouringRelation.AddOrRemoveOne),
        _signer);

    private RoundResult Run(RoundPlan plan, PrivacyLedger ledger, params (float[] Values, double Weight)[] clients)
    {
        using var server = new ServerRound(_device, plan);
        byte[] invitation = server.Invite(new float[Length]);
        foreach ((int k, (float[] values, double weight)) in clients.Index())
        {
            using ClientRound client = ClientRound.Join(_device, $"client-{k}", invitation);
            using ModelUpdate update = ModelUpdate.Upload(_device, _layout, values);
            Assert.True(server.Receive(client.Submit(update, weight)).IsAccepted);
        }

        return server.Finish(ledger, _key);
    }
}
