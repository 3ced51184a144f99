// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using FedKernel.Aggregation;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Rounds;
using FedKernel.Tests.Compression.Frames;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Rounds;

public sealed class CompressedRoundTests : IDisposable
{
    private static readonly ParameterLayout _layout = FramePipelines.Layout;
    private static readonly FixedPointRange _range = new(1 << 10, 100, 16);

    private readonly CpuDevice _device = new(threadCount: 1);

    [Fact]
    public void Round_Float32Frames_GivesTheBitsOfPlainOnes()
    {
        RoundPlan plain = new(3, _layout, _range);
        Assert.Equal(Digest(plain, [0, 1, 2]), Digest(plain with { Compression = CompressionPipeline.Parse("float32") }, [2, 0, 1]));
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Round_AnyOrder_GivesTheSameBits(string pipeline)
    {
        RoundPlan plan = Plan(pipeline);
        string digest = Digest(plan, [0, 1, 2, 3]);
        Assert.Equal(digest, Digest(plan, [3, 1, 0, 2]));
        Assert.NotEqual(digest, Digest(plan, [0, 1, 2]));
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Round_ClippingBound_ClipsWhatTheServerDecodes(string pipeline)
    {
        const double Bound = 1.5;
        using var server = new ServerRound(_device, Plan(pipeline) with { ClippingBound = Bound });
        Send(server, 0);
        using RoundResult result = server.Finish();
        double norm = Math.Sqrt(result.Mean.ToArray().Sum(x => (double)x * x));
        Assert.Equal(Bound, norm, 1e-5);
        Assert.Equal(1, result.Receipt.TotalWeight);
    }

    [Fact]
    public void Receive_WhatThePlanDoesNotAskFor_IsRefused()
    {
        using var compressed = new ServerRound(_device, Plan("float32"));
        using var plain = new ServerRound(_device, new RoundPlan(1, _layout, _range));
        Refused(compressed, new UpdateMessage("a", compressed.Plan.Fingerprint(), 1, new float[_layout.Length]).ToBytes(), "it is not compressed; the plan has 'float32'");
        byte[] frame = FramePipelines.Frame(_device, "float32");
        Refused(plain, UpdateMessage.Compressed("a", plain.Plan.Fingerprint(), 1, frame).ToBytes(), "the plan asks for float32 values");
        Refused(plain, UpdateMessage.Compressed("a", compressed.Plan.Fingerprint(), 1, frame).ToBytes(), "another plan");
        frame[60] ^= 1;
        Refused(compressed, UpdateMessage.Compressed("a", compressed.Plan.Fingerprint(), 1, frame).ToBytes(), "checksum");
        Refused(compressed, UpdateMessage.Compressed("a", compressed.Plan.Fingerprint(), 1, FramePipelines.Reseal(frame)).ToBytes(), "scales; allowed are 1003");
        Assert.Equal(0, compressed.AcceptedCount);
        Assert.Throws<ProtocolException>(compressed.Finish);
    }

    [Fact]
    public void Receive_ValueBeyondThePlan_IsRefusedWhole()
    {
        using var server = new ServerRound(_device, Plan("float32"));
        using var compressor = new UpdateCompressor(_device, _layout, server.Plan.Compression!);
        float[] values = new float[_layout.Length];
        values[700] = 2000;
        using DeviceBuffer<float> update = _device.Upload<float>(values);
        Refused(server, UpdateMessage.Compressed("a", server.Plan.Fingerprint(), 1, compressor.Compress(update, 1)).ToBytes(), "largest magnitude is 2000");
        Refused(server, UpdateMessage.Compressed("a", server.Plan.Fingerprint(), 101, FramePipelines.Frame(_device, "float32")).ToBytes(), "weight is 101");
    }

    /// <summary>What the server will cut off comes again, so the client's compressor must be told of the bound.</summary>
    [Fact]
    public void Submit_ClippingBound_ReachesTheMemoryOfTheCompressor()
    {
        const double Bound = 1.5;
        const string Pipeline = "ef+topk:0.05+int8:256+rice";
        using var server = new ServerRound(_device, Plan(Pipeline) with { ClippingBound = Bound });
        using ClientRound client = ClientRound.Join(_device, "a", server.Invite(new float[_layout.Length]));
        using UpdateCompressor submitted = FramePipelines.Compressor(_device, Pipeline), bounded = FramePipelines.Compressor(_device, Pipeline);
        using UpdateCompressor unbounded = FramePipelines.Compressor(_device, Pipeline);
        using ModelUpdate update = Update(0);
        client.Submit(update, 1, submitted);
        bounded.Compress(update.Values, 1, Bound);
        unbounded.Compress(update.Values, 1);
        Assert.Equal(bounded.SaveState(), submitted.SaveState());
        Assert.NotEqual(unbounded.SaveState(), submitted.SaveState());
    }

    [Fact]
    public void Submit_OtherCompressorThanThePlan_IsAnError()
    {
        using var server = new ServerRound(_device, Plan("float32"));
        using ClientRound client = ClientRound.Join(_device, "a", server.Invite(new float[_layout.Length]));
        Assert.Equal(server.Plan.Fingerprint(), client.Plan.Fingerprint());
        Assert.Equal(server.Plan.Compression, client.Plan.Compression);
        using ModelUpdate update = Update(0);
        Assert.Contains("compressed by 'float32'", Assert.Throws<ProtocolException>(() => client.Submit(update, 1)).Message, StringComparison.Ordinal);
        using var flat = new UpdateCompressor(_device, ParameterLayout.Flat(_layout.Length), server.Plan.Compression!);
        Assert.Contains("layout", Assert.Throws<ProtocolException>(() => client.Submit(update, 1, flat)).Message, StringComparison.Ordinal);
        using var plainServer = new ServerRound(_device, new RoundPlan(1, _layout, _range));
        using ClientRound plain = ClientRound.Join(_device, "a", plainServer.Invite(new float[_layout.Length]));
        using var right = new UpdateCompressor(_device, _layout, server.Plan.Compression!);
        Assert.Contains("asks for none", Assert.Throws<ProtocolException>(() => plain.Submit(update, 1, right)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_Compression_IsInItsFingerprint_AndHostileNamesAreFormatErrors()
    {
        RoundPlan plan = Plan("float32");
        Assert.NotEqual(plan.Fingerprint(), (plan with { Compression = null }).Fingerprint());
        using var server = new ServerRound(_device, plan);
        byte[] invitation = server.Invite(new float[_layout.Length]);
        int at = invitation.AsSpan().IndexOf("float32"u8);
        foreach (string name in new[] { "float64", " float3", "float3 ", "flo\nt32" })
        {
            byte[] forged = [.. invitation];
            Encoding.ASCII.GetBytes(name).CopyTo(forged, at);
            SHA256.HashData(forged.AsSpan(..^32), forged.AsSpan(^32..));
            Assert.Throws<DataFormatException>(() => ClientRound.Join(_device, "a", forged));
        }
    }

    /// <summary>A name that another text is the canonical one of; more elements than the layout has.</summary>
    [Theory]
    [InlineData("int8:256", "int8:064")]
    [InlineData("topk:1000", "topk:1004")]
    public void Join_PipelineThatNoPlanWrites_IsAFormatError(string planned, string forgedName)
    {
        using var server = new ServerRound(_device, Plan(planned));
        byte[] forged = server.Invite(new float[_layout.Length]);
        Encoding.ASCII.GetBytes(forgedName).CopyTo(forged, forged.AsSpan().IndexOf(Encoding.ASCII.GetBytes(planned)));
        SHA256.HashData(forged.AsSpan(..^32), forged.AsSpan(^32..));
        Assert.Contains("The plan in the message", Assert.Throws<DataFormatException>(() => ClientRound.Join(_device, "a", forged)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _device.Dispose();

    private static RoundPlan Plan(string pipeline) => new(1, _layout, _range) { Compression = CompressionPipeline.Parse(pipeline) };

    private static void Refused(ServerRound server, byte[] message, string reason)
    {
        Submission submission = server.Receive(message);
        Assert.False(submission.IsAccepted);
        Assert.Contains(reason, submission.Reason, StringComparison.Ordinal);
    }

    private ModelUpdate Update(int client) => ModelUpdate.Upload(_device, _layout, FramePipelines.Values(_layout.Length, client));

    private string Digest(RoundPlan plan, int[] order)
    {
        using var server = new ServerRound(_device, plan);
        foreach (int client in order)
        {
            Send(server, client);
        }

        using RoundResult result = server.Finish();
        Assert.Equal(order.Length, result.Receipt.Accepted.Count);
        return result.Receipt.ResultDigest;
    }

    private void Send(ServerRound server, int client)
    {
        using ClientRound round = ClientRound.Join(_device, $"client {client}", server.Invite(new float[_layout.Length]));
        using ModelUpdate update = Update(client);
        using UpdateCompressor? compressor = server.Plan.Compression is { } pipeline
            ? FramePipelines.Compressor(_device, pipeline.Name, client: client)
            : null;
        byte[] message = compressor is null ? round.Submit(update, 1 + client) : round.Submit(update, 1 + client, compressor);
        Submission submission = server.Receive(message);
        Assert.True(submission.IsAccepted, submission.Reason);
        Assert.Equal(message.Length, submission.MessageBytes);
    }
}
