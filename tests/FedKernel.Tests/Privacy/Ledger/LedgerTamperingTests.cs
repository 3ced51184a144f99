// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

/// <summary>Everything that somebody with an editor can do to a ledger's files is found, and said with its place.</summary>
public sealed class LedgerTamperingTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public LedgerTamperingTests() => _folder.Fill(5);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Open_LineRemoved_NamesTheMissingEntry(int line)
    {
        _folder.Lines = [.. _folder.Lines.Where((_, i) => i != line)];
        AssertRefused($"line {line + 1} ", $"entry {line + 1} where {line} is due");
    }

    [Fact]
    public void Open_HeaderRemoved_IsRefused()
    {
        _folder.Lines = _folder.Lines[1..];
        AssertRefused("line 1 at byte 0");
    }

    [Fact]
    public void Open_LastLinesRemoved_IsTruncated()
    {
        _folder.Lines = _folder.Lines[..^2];
        AssertRefused("truncated", "confirms 5 entries", "whole are 3");
    }

    [Fact]
    public void Open_EveryShorterLength_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(_folder.LedgerPath);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_folder.LedgerPath, whole[..length]);
            AssertRefused("truncated");
        }
    }

    [Fact]
    public void Open_LinesExchanged_IsRefused()
    {
        string[] lines = _folder.Lines;
        (lines[2], lines[3]) = (lines[3], lines[2]);
        _folder.Lines = lines;
        AssertRefused("line 3 ", "entry 3 where 2 is due");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Open_LineRepeated_IsRefused(int line)
    {
        _folder.Lines = [.. _folder.Lines[..(line + 1)], .. _folder.Lines[line..]];
        AssertRefused($"line {line + 2} ", $"entry {line} where {line + 1} is due");
    }

    [Fact]
    public void Open_AnyBitOfAnyByteFlipped_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(_folder.LedgerPath);
        // A stride that is no multiple of a field keeps this short and still meets every field.
        for (int i = 0; i < whole.Length; i += 7)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(_folder.LedgerPath, damaged);
            AssertRefused("heart.ledger");
        }
    }

    [Fact]
    public void Open_AnyByteOfTheHeadChanged_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(_folder.HeadPath);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 1;
            File.WriteAllBytes(_folder.HeadPath, damaged);
            AssertRefused("heart.ledger");
        }
    }

    [Fact]
    public void Open_HeadMissing_IsRefused()
    {
        File.Delete(_folder.HeadPath);
        AssertRefused(".head' is missing");
    }

    [Fact]
    public void Open_EntryThatCostsLess_SignedByAnother_IsForged()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] lines = _folder.Lines;
        Assert.True(LedgerLine.TrySplit(Encoding.ASCII.GetBytes(lines[5] + "\n"), out byte[] body, out _));
        string cheaper = Encoding.ASCII.GetString(body).Replace("\"noise_multiplier\":4", "\"noise_multiplier\":400", StringComparison.Ordinal);
        lines[5] = Encoding.ASCII.GetString(LedgerLine.Sign(Encoding.ASCII.GetBytes(cheaper), other)).TrimEnd('\n');
        _folder.Lines = lines;
        AssertRefused("line 6 ", "forged");
    }

    [Fact]
    public void Open_LinesOfAnotherLedgerOfTheSameKey_AreRefused()
    {
        string[] mine = _folder.Lines;
        byte[] head = File.ReadAllBytes(_folder.HeadPath);
        File.Delete(_folder.LedgerPath);
        File.Delete(_folder.HeadPath);
        _folder.Clock.Now -= TimeSpan.FromSeconds(5);
        _folder.Fill(5);
        _folder.Lines = [mine[0], mine[1], _folder.Lines[2], .. mine[3..]];
        File.WriteAllBytes(_folder.HeadPath, head);
        AssertRefused("line 3 ", "lines were exchanged");
    }

    [Fact]
    public void Open_WithAnotherKey_IsRefused()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var refused = Assert.Throws<DataFormatException>(() => PrivacyLedger.Open(_folder.LedgerPath, other));
        Assert.Contains("signed by the key", refused.Message, StringComparison.Ordinal);
        Assert.Throws<DataFormatException>(() => PrivacyReport.Read(_folder.LedgerPath, new string('0', 64)));
    }

    [Fact]
    public void Open_BothFilesRolledBack_IsFoundByTheHeadKeptElsewhere()
    {
        byte[] ledger = File.ReadAllBytes(_folder.LedgerPath), head = File.ReadAllBytes(_folder.HeadPath);
        LedgerHead seen;
        using (PrivacyLedger open = _folder.Open())
        {
            open.Charge(LedgerFolder.Step, ReleaseKind.Model, "round 6");
            seen = open.Head;
        }

        File.WriteAllBytes(_folder.LedgerPath, ledger);
        File.WriteAllBytes(_folder.HeadPath, head);
        Assert.Contains("rolled back", Assert.Throws<DataFormatException>(() => _folder.Open(seen)).Message, StringComparison.Ordinal);
        // What nobody outside has seen cannot be missed: the README says so.
        using (PrivacyLedger open = _folder.Open())
        {
            open.Charge(LedgerFolder.Step, ReleaseKind.Model, "another round 6");
        }

        Assert.Contains("rewritten", Assert.Throws<DataFormatException>(() => _folder.Open(seen)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LongerThanTheHeadSeenElsewhere_IsFine()
    {
        LedgerHead seen;
        using (PrivacyLedger open = _folder.Open())
        {
            seen = open.Head;
            open.Charge(LedgerFolder.Step, ReleaseKind.Model, "round 6");
        }

        _folder.Open(LedgerHead.Parse(seen.ToString())).Dispose();
    }

    [Fact]
    public void Open_SignedEntryWhoseClockWentBack_IsRefused() => AssertSignedEntryRefused(
        e => e with { Time = _folder.Clock.Now.AddTicks(-1) }, "clock went back");

    [Fact]
    public void Open_SignedEntryWithASequenceTwice_IsRefused() => AssertSignedEntryRefused(e => e with { Sequence = 5 }, "entry 5 where 6 is due");

    [Fact]
    public void Open_SignedEntryOfAnotherRelation_IsRefused() => AssertSignedEntryRefused(
        e => e with { Event = new GaussianEvent(4, NeighbouringRelation.ReplaceOne) }, "relation ReplaceOne");

    [Fact]
    public void Open_EndlessLine_IsRefusedAtTheLimit()
    {
        using (var file = new FileStream(_folder.LedgerPath, FileMode.Append))
        {
            file.Write(new byte[LedgerLine.MaximumLength]);
        }

        AssertRefused("line 7 ", "longer than 65536 bytes");
    }

    [Fact]
    public void Open_HugeHead_IsRefusedUnread()
    {
        using (var file = new FileStream(_folder.HeadPath, FileMode.Open))
        {
            file.SetLength(1L << 40);
        }

        AssertRefused("a head has at most 1024");
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-1:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("5:000000000000000000000000000000000000000000000000000000000000000G")]
    public void LedgerHead_Malformed_IsRefused(string text) => Assert.Throws<DataFormatException>(() => LedgerHead.Parse(text));

    public void Dispose() => _folder.Dispose();

    /// <summary>Appends an entry that the holder of the key itself has signed, with one thing wrong.</summary>
    private void AssertSignedEntryRefused(Func<LedgerEntry, LedgerEntry> spoil, string said)
    {
        var entry = new LedgerEntry(6, _folder.Clock.Now, LedgerEntryType.Charge, ReleaseKind.Model, "x", LedgerFolder.Step, 1, null);
        string previous = LedgerLine.Digest(Encoding.ASCII.GetBytes(_folder.Lines[^1] + "\n"));
        byte[] line = LedgerLine.Sign(LedgerJson.Write(spoil(entry), previous), _folder.Key);
        File.AppendAllText(_folder.LedgerPath, Encoding.ASCII.GetString(line));
        AssertRefused("line 7 ", said);
    }

    private void AssertRefused(params string[] said)
    {
        DataFormatException[] refusals =
        [
            Assert.Throws<DataFormatException>(() => _folder.Open()),
            Assert.Throws<DataFormatException>(() => PrivacyReport.Read(_folder.LedgerPath)),
        ];
        Assert.All(refusals, r => Assert.All(said, s => Assert.Contains(s, r.Message, StringComparison.Ordinal)));
    }
}
