// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Rounds;
using FedKernel.Tests.Compression.Frames;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Rounds;

/// <summary>Compression with error feedback under the server's noise: the bound rests on what the server decodes and clips.</summary>
public sealed class CompressedPrivacyTests : IDisposable
{
    private const double Multiplier = 0.5, Bound = 1.5, Denominator = 4;

    private static readonly ParameterLayout _layout = FramePipelines.Layout;

    private readonly CpuDevice _device = new(threadCount: 1);
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(9, 32).Select(i => (byte)i)]);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedkernel-compressed");
    private readonly ECDsa _signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static TheoryData<string> Pipelines => [.. FramePipelines.Names.Where(n => n.StartsWith("ef+", StringComparison.Ordinal)), "float32", "eden:4"];

    /// <summary>A frame of a norm of 1000 C that claims a weight of a million moves the sum by C, as far as it could move it honestly.</summary>
    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Finish_HostileFrame_MovesTheSumByAtMostTheSensitivity(string pipeline)
    {
        using PrivacyLedger ledger = Ledger();
        double[] with = Mean(pipeline, ledger, isHostile: true), without = Mean(pipeline, ledger, isHostile: false);

        // The same round, key and so the same noise, which cancels.
        double distance = Math.Sqrt(with.Zip(without, (a, b) => (a - b) * (a - b)).Sum());
        Assert.InRange(distance, 0.99 * Bound / Denominator, (Bound / Denominator) + 1e-5);
        Assert.Equal(AnalyticGaussian.Epsilon(new GaussianEvent(Multiplier, default).Compose(2).NoiseMultiplier, 1e-5), ledger.Spent.Upper, 1e-9);
    }

    /// <summary>A memory that fills up for rounds makes frames of any norm: what is released of each is bounded all the same.</summary>
    [Theory]
    [InlineData("ef+topk:0.05+int8:256+rice")]
    [InlineData("ef+dgc:0.9+topk:0.02+int8:256+rans")]
    public void Finish_HonestClientWithMemory_IsWithinTheBoundEveryRound(string pipeline)
    {
        using PrivacyLedger ledger = Ledger();
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline);
        for (uint round = 1; round <= 4; round++)
        {
            using var server = new ServerRound(_device, Plan(round, pipeline));
            Send(server, "a", compressor, 1);
            double[] sum = Noiseless(server, ledger);
            Assert.InRange(Math.Sqrt(sum.Sum(x => x * x)), 0.99 * Bound / Denominator, (Bound / Denominator) + 1e-5);
        }
    }

    /// <summary>The bit of each client is whether its decoded frame is within the bound: two are, one is not, so Σ (b − ½) = ½.</summary>
    [Fact]
    public void Finish_WithCount_CountsTheDecodedFramesWithinTheBound()
    {
        using PrivacyLedger ledger = Ledger();
        RoundPlan plan = Plan(1, "int8:256");
        plan = plan with { CentralPrivacy = plan.CentralPrivacy! with { CountDeviation = 2 } };
        using ServerRound server = new(_device, plan), empty = new(_device, plan);
        foreach ((string client, float size) in new[] { ("a", 1e-3f), ("b", 1), ("c", 2e-3f) })
        {
            using UpdateCompressor compressor = FramePipelines.Compressor(_device, "int8:256");
            using DeviceBuffer<float> update = _device.Upload<float>([.. FramePipelines.Values(_layout.Length).Select(x => x * size)]);
            Submission submission = server.Receive(UpdateMessage.Compressed(client, plan.Fingerprint(), 1, compressor.Compress(update, 1)).ToBytes());
            Assert.True(submission.IsAccepted, submission.Reason);
        }

        // The same key and round, so the same noise.
        using RoundResult result = server.Finish(ledger, _key), noise = empty.Finish(ledger, _key);
        Assert.Equal(0.5, result.NoisedCentredCount!.Value - noise.NoisedCentredCount!.Value, 1e-12);
    }

    /// <summary>
    /// A client adds noise to a bounded update or a bounded sum and to nothing else; a compressor gives bytes, an opened frame is none of
    /// these, and the one place of privacy that takes it is the sum that clips.
    /// </summary>
    [Fact]
    public void Mechanisms_TakeNothingThatFeedbackGives()
    {
        Type[] encoded = [typeof(byte[]), typeof(CompressedUpdate), typeof(IEncodedUpdate), typeof(UpdateCompressor), typeof(FedKernel.Compression.Feedback.CorrectedUpdate)];
        Type[] bounded = [typeof(BoundedUpdate), typeof(BoundedSum), typeof(ModelUpdate)];
        Assert.All(encoded.SelectMany(e => bounded.Select(b => (e, b))), p => Assert.False(p.e.IsAssignableTo(p.b) || p.b.IsAssignableTo(p.e)));
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        MethodBase[] takers = [.. typeof(GaussianMechanism).Assembly.GetTypes()
            .Where(t => t.Namespace?.StartsWith("FedKernel.Privacy", StringComparison.Ordinal) == true)
            .SelectMany(t => t.GetMethods(Any).Concat<MethodBase>(t.GetConstructors(Any)))
            .Where(m => m.GetParameters().Any(p => encoded.Skip(1).Contains(p.ParameterType)))];
        Assert.Equal(["ClippedSum.Fold"], takers.Select(m => $"{m.DeclaringType!.Name}.{m.Name}"));
        Assert.All(typeof(GaussianMechanism).GetMethods().Where(m => m.Name.StartsWith("AddNoise", StringComparison.Ordinal)),
            m => Assert.Contains(m.GetParameters()[0].ParameterType, bounded[..2]));
    }

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
        _signer.Dispose();
        _folder.Delete(true);
    }

    private static RoundPlan Plan(uint round, string pipeline) => new(round, _layout, new FixedPointRange(1e4, 1e7, 100))
    {
        ClippingBound = Bound,
        CentralPrivacy = new CentralPrivacy(Multiplier, new CappedWeights(1, Denominator)),
        Compression = CompressionPipeline.Parse(pipeline),
    };

    private PrivacyLedger Ledger() => PrivacyLedger.Create(
        Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N")),
        "federation",
        new PrivacyBudget(1000, 1e-5, PrivacyUnit.Client, NeighbouringRelation.AddOrRemoveOne),
        _signer);

    private void Send(ServerRound server, string client, UpdateCompressor compressor, double weight)
    {
        using ClientRound round = ClientRound.Join(_device, client, server.Invite(new float[_layout.Length]));
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, FramePipelines.Values(_layout.Length, (int)server.Plan.Round));
        Submission submission = server.Receive(round.Submit(update, weight, compressor));
        Assert.True(submission.IsAccepted, submission.Reason);
    }

    private double[] Mean(string pipeline, PrivacyLedger ledger, bool isHostile)
    {
        using var server = new ServerRound(_device, Plan(1, pipeline));
        using UpdateCompressor honest = FramePipelines.Compressor(_device, pipeline), hostile = FramePipelines.Compressor(_device, pipeline, client: 1);
        Send(server, "a", honest, 1);
        if (isHostile)
        {
            float[] values = FramePipelines.Values(_layout.Length, 5);
            double norm = Math.Sqrt(values.Sum(x => (double)x * x));
            using DeviceBuffer<float> update = _device.Upload<float>([.. values.Select(x => (float)(x * 1000 * Bound / norm))]);

            // Not by way of a client's round: nothing on this side clips or knows of the bound.
            byte[] frame = hostile.Compress(update, 1);
            Submission submission = server.Receive(UpdateMessage.Compressed("b", server.Plan.Fingerprint(), 1e6, frame).ToBytes());
            Assert.True(submission.IsAccepted, submission.Reason);
        }

        using RoundResult result = server.Finish(ledger, _key);
        return [.. result.Mean.ToArray().Select(x => (double)x)];
    }

    /// <summary>What is released, less the noise of the same round with nobody in it.</summary>
    private double[] Noiseless(ServerRound server, PrivacyLedger ledger)
    {
        using var empty = new ServerRound(_device, server.Plan);
        using RoundResult result = server.Finish(ledger, _key), noise = empty.Finish(ledger, _key);
        return [.. result.Mean.ToArray().Zip(noise.Mean.ToArray(), (a, b) => (double)a - b)];
    }
}
