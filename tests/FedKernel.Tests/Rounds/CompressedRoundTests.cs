// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices.Cpu;
using FedKernel.Rounds;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Rounds;

public sealed class CompressedRoundTests : IDisposable
{
    private const int Length = 300;

    private static readonly ParameterLayout _layout = new([("weight", [20, 14]), ("bias", [20])]);
    private static readonly FixedPointRange _range = new(8, 100, 16);

    private readonly CpuDevice _device = new();

    [Fact]
    public void Round_Float32Frames_GivesTheBitsOfPlainOnes()
    {
        RoundPlan plain = new(3, _layout, _range);
        using RoundResult wanted = Run(plain, [0, 1, 2]);
        using RoundResult actual = Run(plain with { Compression = CompressionPipeline.Parse("float32") }, [2, 0, 1]);
        Assert.Equal(wanted.Receipt.ResultDigest, actual.Receipt.ResultDigest);
    }

    public void Dispose() => _device.Dispose();

    private static float[] Values(int client) => [.. Enumerable.Range(0, Length).Select(i => MathF.Sin((i * 0.37f) + client))];

    private RoundResult Run(RoundPlan plan, int[] order)
    {
        using var server = new ServerRound(_device, plan);
        byte[] invitation = server.Invite(new float[Length]);
        foreach (int c in order)
        {
            using ClientRound client = ClientRound.Join(_device, $"client {c}", invitation);
            using ModelUpdate update = ModelUpdate.Upload(_device, _layout, Values(c));
            using UpdateCompressor? compressor = client.Plan.Compression is { } pipeline ? new(_device, _layout, pipeline) : null;
            byte[] message = compressor is null ? client.Submit(update, 1 + c) : client.Submit(update, 1 + c, compressor);
            Submission submission = server.Receive(message);
            Assert.True(submission.IsAccepted, submission.Reason);
            Assert.Equal(message.Length, submission.MessageBytes);
        }

        return server.Finish();
    }
}
