// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Rounds;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Rounds;

public sealed class RoundTests : IDisposable
{
    private static readonly ParameterLayout _layout = new([("weight", [2, 3]), ("bias", [2])]);
    private static readonly FixedPointRange _range = new(16, 1000, 8);

    private readonly CpuDevice _device = new();

    [Fact]
    public void Round_ClientsAndServer_MeetOnlyInBytes()
    {
        var plan = new RoundPlan(7, _layout, _range);
        using var server = new ServerRound(_device, plan);
        byte[] invitation = server.Invite([1, 2, 3, 4, 5, 6, 7, 8]);
        foreach ((string id, float value, double weight) in new[] { ("a", 1f, 1.0), ("b", 4f, 2.0) })
        {
            using var clientDevice = new CpuDevice(SimdWidth.Scalar, 1);
            using ClientRound client = ClientRound.Join(clientDevice, id, invitation);
            Assert.Equal(plan.Fingerprint(), client.Plan.Fingerprint());
            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], client.GlobalModel.ToArray());
            using ModelUpdate update = ModelUpdate.Upload(clientDevice, client.Plan.Layout, Enumerable.Repeat(value, 8).ToArray());
            Assert.True(server.Receive(client.Submit(update, weight)).IsAccepted);
        }

        using RoundResult result = server.Finish();
        Assert.Equal(Enumerable.Repeat(3f, 8), result.Mean.ToArray());
        Assert.Equal(3, result.Receipt.TotalWeight);
        Assert.Equal(["a", "b"], result.Receipt.Accepted.Select(s => s.ClientId));
        Assert.Equal(Hash(Enumerable.Repeat(3f, 8).ToArray()), result.Receipt.ResultDigest);
        Assert.Contains("\"result_sha256\"", result.Receipt.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_BadUpdates_RoundGoesOnWithoutThemAndSaysSo()
    {
        var plan = new RoundPlan(7, _layout, _range);
        using var server = new ServerRound(_device, plan);
        byte[] good = Message(plan, "good", 1, Filled(2));
        Assert.True(server.Receive(good).IsAccepted);

        float[] poisoned = Filled(1);
        poisoned[5] = float.NaN;
        Refused(server, Message(plan, "nan", 1, poisoned), "NaN or infinity");
        Refused(server, Message(plan, "short", 1, new float[7]), "7 values, the plan has 8");
        Refused(server, Message(plan, "huge", 1, Filled(17)), "17; the plan allows 16");
        Refused(server, Message(plan, "heavy", 1001, Filled(1)), "1001; the plan allows");
        Refused(server, Message(plan, "weightless", double.NaN, Filled(1)), "weight is NaN");
        Refused(server, Message(new RoundPlan(8, _layout, _range), "late", 1, Filled(1)), "another plan");
        Refused(server, Message(new RoundPlan(7, ParameterLayout.Flat(8), _range), "other", 1, Filled(1)), "another plan");
        Refused(server, good, "sent an update already");
        Refused(server, good[..^1], "is cut");
        Refused(server, good[..20], "FedKernel message");
        Refused(server, [], "0 bytes");

        using RoundResult result = server.Finish();
        Assert.Equal(Filled(2), result.Mean.ToArray());
        Assert.Equal(11, result.Receipt.Refused.Count);
        Assert.Contains("another plan", result.Receipt.ToJson(), StringComparison.Ordinal);
        Assert.Throws<ProtocolException>(() => server.Receive(good));
        Assert.Throws<ProtocolException>(server.Finish);
    }

    [Fact]
    public void Receive_EveryTruncationAndEveryFlippedByte_IsRefused()
    {
        var plan = new RoundPlan(1, _layout, _range);
        byte[] message = Message(plan, "client", 1, Filled(1));
        using var server = new ServerRound(_device, plan);
        for (int length = 0; length < message.Length; length++)
        {
            Assert.False(server.Receive(message.AsSpan(0, length)).IsAccepted);
        }

        for (int i = 0; i < message.Length; i++)
        {
            byte[] flipped = [.. message];
            flipped[i] ^= 0x40;
            Assert.False(server.Receive(flipped).IsAccepted, $"byte {i}");
        }

        Assert.Equal(0, server.AcceptedCount);
    }

    [Fact]
    public void Receive_ForgedLengthsWithRightDigest_IsRefusedBeforeAllocating()
    {
        var plan = new RoundPlan(1, _layout, _range);
        byte[] message = Message(plan, "client", 1, Filled(1));
        using var server = new ServerRound(_device, plan);
        foreach (int at in new[] { 4, 12, 12 + 4 + 6 + 32 + 8 })
        {
            byte[] forged = [.. message];
            forged.AsSpan(at, 4).Fill(0x7F);
            SHA256.HashData(forged.AsSpan(0, forged.Length - 32), forged.AsSpan(forged.Length - 32));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.False(server.Receive(forged).IsAccepted);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    [Fact]
    public void Join_HostileInvitations_AreFormatErrors()
    {
        using var server = new ServerRound(_device, new RoundPlan(1, _layout, _range) { ClippingBound = 2 });
        byte[] invitation = server.Invite(Filled(1));
        var random = new SimulationRandom(new SimulationSeed(4));
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] forged = [.. invitation];
            forged[12 + random.NextBelow(forged.Length - 12 - 32)] = (byte)random.NextWord();
            SHA256.HashData(forged.AsSpan(0, forged.Length - 32), forged.AsSpan(forged.Length - 32));
            try
            {
                ClientRound.Join(_device, "c", forged).Dispose();
            }
            catch (DataFormatException)
            {
            }
        }

        Assert.Throws<DataFormatException>(() => ClientRound.Join(_device, "c", invitation.AsSpan(0, 40)));
        Assert.Throws<DataFormatException>(() => ClientRound.Join(_device, "c", Message(server.Plan, "c", 1, Filled(1))));
    }

    [Fact]
    public void Finish_ZeroClients_SaysWhy_AndRoundStaysOpen()
    {
        var plan = new RoundPlan(3, _layout, _range);
        using var server = new ServerRound(_device, plan);
        server.Receive([1, 2, 3]);
        ProtocolException error = Assert.Throws<ProtocolException>(server.Finish);
        Assert.Contains("0 accepted updates, its plan demands 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 bytes", error.Message, StringComparison.Ordinal);
        Assert.True(server.Receive(Message(plan, "a", 1, Filled(1))).IsAccepted);
        server.Finish().Dispose();
    }

    [Fact]
    public void Submit_ClippingPlan_ClipsAndServerRefusesWhoDoesNot()
    {
        var plan = new RoundPlan(1, _layout, _range) { ClippingBound = 1 };
        using var server = new ServerRound(_device, plan);
        using ClientRound client = ClientRound.Join(_device, "honest", server.Invite(new float[8]));
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, Filled(3));
        Assert.True(server.Receive(client.Submit(update, 1)).IsAccepted);
        Refused(server, Message(plan, "cheat", 1, Filled(3)), "the plan allows 1");
        using RoundResult result = server.Finish();
        Assert.Equal(Math.Sqrt(1.0 / 8), result.Mean.ToArray()[0], 1e-6);
    }

    [Fact]
    public void Submit_OtherLayoutOrNaN_IsRefusedAtTheClient()
    {
        using var server = new ServerRound(_device, new RoundPlan(1, _layout, _range) { ClippingBound = 1 });
        using ClientRound client = ClientRound.Join(_device, "c", server.Invite(new float[8]));
        using ModelUpdate other = ModelUpdate.Upload(_device, ParameterLayout.Flat(8), Filled(1));
        Assert.Contains("layout", Assert.Throws<ProtocolException>(() => client.Submit(other, 1)).Message, StringComparison.Ordinal);
        float[] values = Filled(1);
        values[0] = float.NaN;
        using ModelUpdate poisoned = ModelUpdate.Upload(_device, _layout, values);
        Assert.Contains("1 values that are NaN", Assert.Throws<ProtocolException>(() => client.Submit(poisoned, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FloatMean_Plan_IsCarriedOut()
    {
        var plan = new RoundPlan(1, _layout, _range) { Aggregation = AggregationKind.FloatMean };
        using var server = new ServerRound(_device, plan);
        server.Receive(Message(plan, "a", 1, Filled(1)));
        server.Receive(Message(plan, "b", 3, Filled(5)));
        using RoundResult result = server.Finish();
        Assert.Equal(Filled(4), result.Mean.ToArray());
    }

    public void Dispose() => _device.Dispose();

    private static float[] Filled(float value) => [.. Enumerable.Repeat(value, 8)];

    private static string Hash(float[] values) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));

    /// <summary>What a client that follows nothing could send.</summary>
    private static byte[] Message(RoundPlan plan, string clientId, double weight, float[] values) =>
        new UpdateMessage(clientId, plan.Fingerprint(), weight, values).ToBytes();

    private static void Refused(ServerRound server, byte[] message, string reason)
    {
        Submission submission = server.Receive(message);
        Assert.False(submission.IsAccepted);
        Assert.Contains(reason, submission.Reason, StringComparison.Ordinal);
    }
}
