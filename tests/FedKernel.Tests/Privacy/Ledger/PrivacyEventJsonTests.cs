// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

public sealed class PrivacyEventJsonTests
{
    private const NeighbouringRelation Add = NeighbouringRelation.AddOrRemoveOne, Replace = NeighbouringRelation.ReplaceOne;

    private static readonly PrivacyEvent[] _one =
    [
        new GaussianEvent(0.1 + 0.2, Add),
        new LaplaceEvent(1e-300, Replace),
        new DiscreteGaussianEvent(12.5, 3, 1e-30, Add),
        new SkellamEvent(100.5, 3, 9, 1e-30, Replace),
        new DistributedDiscreteGaussianEvent(4.5, 17, 3, 9, long.MaxValue, 0, Add),
        new ConcentratedEvent(double.Epsilon, Add),
        new ApproximateEvent(0, 1, Replace),
        new PoissonSampledEvent(0.01, new GaussianEvent(1, Add)),
        new FixedSizeSampledEvent(1, long.MaxValue, new GaussianEvent(1, Replace)),
        new EpochEvent(new RepeatedEvent(new GaussianEvent(1, Add), 3)),
        new RepeatedEvent(new LaplaceEvent(2, Add), 1L << 40),
        new ComposedEvent(new GaussianEvent(1, Add), new RepeatedEvent(new ConcentratedEvent(0.5, Add), 2)),
    ];

    [Fact]
    public void Read_WhatWasWritten_IsTheSameForEveryKindThatThereIs()
    {
        Assert.All(_one, e => Assert.Equal(e, Read(Write(e))));
        IEnumerable<Type> kinds = typeof(PrivacyEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PrivacyEvent)) && !t.IsAbstract);
        Assert.Equal(kinds.Select(t => t.Name).Order(), _one.Select(e => e.GetType().Name).Order());
    }

    [Theory]
    [InlineData("{\"type\":\"magic\",\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":1}")]
    [InlineData("{\"type\":\"gaussian\",\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":\"1\",\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":-1,\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":1e999,\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":1.0,\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":1,\"relation\":\"0\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":1,\"relation\":\"7\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":1,\"noise_multiplier\":9,\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"gaussian\",\"noise_multiplier\":1,\"relation\":\"AddOrRemoveOne\",\"more\":1}")]
    [InlineData("{\"type\":\"composed\",\"parts\":[],\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"repeated\",\"count\":0,\"inner\":{\"type\":\"gaussian\",\"noise_multiplier\":1,\"relation\":\"AddOrRemoveOne\"},\"relation\":\"AddOrRemoveOne\"}")]
    [InlineData("{\"type\":\"epoch\",\"inner\":{\"type\":\"gaussian\",\"noise_multiplier\":1,\"relation\":\"AddOrRemoveOne\"},\"relation\":\"ReplaceOne\"}")]
    [InlineData("null")]
    [InlineData("[]")]
    public void ReadEntry_EventThatIsNone_IsRefused(string json)
    {
        var entry = new LedgerEntry(1, DateTimeOffset.UnixEpoch, LedgerEntryType.Charge, ReleaseKind.Model, "x", _one[0], 1, null);
        string body = Encoding.ASCII.GetString(LedgerJson.Write(entry, "p"));
        string spoilt = body.Replace(Write(_one[0]), json, StringComparison.Ordinal);
        Assert.NotEqual(body, spoilt);
        Assert.Equal(entry, LedgerJson.ReadEntry(Encoding.ASCII.GetBytes(body)).Entry);
        Assert.Throws<FormatException>(() => LedgerJson.ReadEntry(Encoding.ASCII.GetBytes(spoilt)));
    }

    [Fact]
    public void Write_TooDeep_IsRefused()
    {
        PrivacyEvent deep = _one[0];
        for (int i = 1; i < PrivacyEventJson.MaximumDepth; i++)
        {
            deep = i % 2 == 0 ? new EpochEvent(deep) : new ComposedEvent(deep);
        }

        var entry = new LedgerEntry(1, DateTimeOffset.UnixEpoch, LedgerEntryType.Charge, ReleaseKind.Model, "x", deep, 1, null);
        Assert.Equal(entry, LedgerJson.ReadEntry(LedgerJson.Write(entry, "p")).Entry);
        Assert.Throws<ArgumentException>(() => Write(new EpochEvent(deep)));
    }

    private static string Write(PrivacyEvent e)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            PrivacyEventJson.Write(json, e);
        }

        return Encoding.ASCII.GetString(memory.ToArray());
    }

    private static PrivacyEvent Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return PrivacyEventJson.Read(document.RootElement);
    }
}
