// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Voting;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using Xunit;

namespace FedKernel.Tests.Compression.Voting;

public sealed class MajorityVoteTests(TestDevices devices) : IClassFixture<TestDevices>
{
    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void CopyTo_AfterEachVote_IsTheSignOfMostAndPlusOnATie(string name)
    {
        Device device = devices.Open(name);
        foreach (int length in (int[])[1, 7, 8, 31, 32, 33, 1000, 5003])
        {
            var random = new SimulationRandom(new SimulationSeed((ulong)length));
            using var vote = new MajorityVote(device, length, 40);
            int[] negative = new int[length];
            byte[] result = new byte[(length + 7) / 8];
            for (int n = 1; n <= 40; n++)
            {
                byte[] signs = new byte[result.Length];
                for (int i = 0; i < length; i++)
                {
                    int sign = i % 5 == 0 ? n % 2 : (int)(random.NextWord() & 1);
                    signs[i / 8] |= (byte)(sign << (i % 8));
                    negative[i] += sign;
                }

                vote.Add(signs);
                Assert.Equal(n, vote.Count);
                if (n < 5 || n % 7 == 0 || n > 38)
                {
                    vote.CopyTo(result);
                    byte[] expected = new byte[result.Length];
                    for (int i = 0; i < length; i++)
                    {
                        expected[i / 8] |= (byte)((2 * negative[i] > n ? 1 : 0) << (i % 8));
                    }

                    Assert.Equal(expected, result);
                }
            }
        }
    }

    [Fact]
    public void Add_MoreThanThreeBatches_CountsAllAndResetForgets()
    {
        using var device = new CpuDevice(threadCount: 2);
        using var vote = new MajorityVote(device, 1_000_000, 50);
        byte[] minus = new byte[125_000], plus = new byte[125_000], result = new byte[125_000];
        Array.Fill(minus, (byte)0xFF);
        for (int n = 0; n < 50; n++)
        {
            vote.Add(n < 26 ? minus : plus);
        }

        vote.CopyTo(result);
        Assert.Equal(minus, result);
        vote.Reset();
        Assert.Equal(0, vote.Count);
        vote.Add(minus);
        vote.Add(plus);
        vote.CopyTo(result);
        Assert.Equal(plus, result);
    }

    [Fact]
    public void WrongArguments_AreRefused()
    {
        using var device = new CpuDevice(threadCount: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MajorityVote(device, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MajorityVote(device, 8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MajorityVote(device, 8, MajorityVote.LargestCount + 1));
        using var vote = new MajorityVote(device, 9, 1);
        Assert.Throws<ArgumentException>(() => vote.Add([1]));
        Assert.Contains("0x02", Assert.Throws<DataFormatException>(() => vote.Add([0, 2])).Message, StringComparison.Ordinal);
        Assert.Throws<ProtocolException>(() => vote.CopyTo(new byte[2]));
        Assert.Equal(0, vote.Count);
        vote.Add([255, 1]);
        Assert.Throws<ProtocolException>(() => vote.Add([0, 0]));
        byte[] result = new byte[2];
        vote.CopyTo(result);
        Assert.Equal([255, 1], result);
        using var none = new MajorityVote(device, 0, 1);
        none.Add([]);
        none.CopyTo([]);
    }
}
