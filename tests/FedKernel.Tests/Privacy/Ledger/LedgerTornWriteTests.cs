// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

/// <summary>A disk that fails in the middle: at every byte of an entry and at every other call.</summary>
public sealed class LedgerTornWriteTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public LedgerTornWriteTests() => _folder.Fill(1);

    [Fact]
    public void Charge_DiskFailsAtEveryByteOfTheEntry_HalfEntryIsCutAndRecordedAndAWholeOneCounts()
    {
        byte[] ledger = File.ReadAllBytes(_folder.LedgerPath), head = File.ReadAllBytes(_folder.HeadPath);
        int length = int.MaxValue;
        for (int bytes = 0; bytes <= length; bytes++)
        {
            File.WriteAllBytes(_folder.LedgerPath, ledger);
            File.WriteAllBytes(_folder.HeadPath, head);
            var disk = new FailingDisk { Call = 0, Bytes = bytes };
            ChargeFails(disk);
            length = disk.Asked;

            PrivacyReport read = PrivacyReport.Read(_folder.LedgerPath);
            Assert.Equal(bytes == length ? 0 : bytes, read.TornLength);
            using PrivacyLedger again = _folder.Open();
            LedgerEntry[] entries = [.. again.Report().Entries];
            Assert.Equal(bytes == length ? 2 : 1, entries.Sum(e => e.Count));
            LedgerEntry[] recoveries = [.. entries.Where(e => e.Type == LedgerEntryType.Recovery)];
            Assert.Equal(bytes is > 0 && bytes < length ? [$"cut off {bytes} bytes of an entry that was never confirmed"] : [], recoveries.Select(e => e.Reason));
        }

        Assert.InRange(length, 200, 1000);
    }

    [Theory]
    [InlineData(1, "flushing the entry")]
    [InlineData(2, "writing the head")]
    [InlineData(3, "flushing the head")]
    [InlineData(4, "naming the head")]
    [InlineData(5, "flushing the folder")]
    public void Charge_DiskFailsAfterTheEntryWasWritten_NobodyHearsOfItAndItCounts(int call, string what)
    {
        ChargeFails(new FailingDisk { Call = call });
        using PrivacyLedger again = _folder.Open();
        Assert.True(again.Report().Entries.Sum(e => e.Count) == 2, what);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Open_DiskFailsDuringRecovery_TheNextOpenStillHoldsEveryCharge(int call)
    {
        ChargeFails(new FailingDisk { Call = 0, Bytes = 100 });
        Assert.Throws<IOException>(() => _folder.Open(new FailingDisk { Call = call, Bytes = 50 }));
        using PrivacyLedger again = _folder.Open();
        Assert.Equal(1, again.Report().Entries.Sum(e => e.Count));
    }

    [Fact]
    public void Open_LengthReachedTheDiskBeforeTheBlocks_IsCutLikeAHalfEntry()
    {
        using (var file = new FileStream(_folder.LedgerPath, FileMode.Append))
        {
            file.Write([.. "{\"sequence\":2"u8, .. new byte[300], (byte)'\n']);
        }

        using PrivacyLedger again = _folder.Open();
        Assert.Equal([LedgerEntryType.Charge, LedgerEntryType.Recovery], again.Report().Entries.Select(e => e.Type));
    }

    [Fact]
    public void Open_ZerosInWhatWasConfirmed_IsNoTornWrite()
    {
        byte[] whole = File.ReadAllBytes(_folder.LedgerPath);
        whole.AsSpan(whole.Length - 100, 50).Clear();
        File.WriteAllBytes(_folder.LedgerPath, whole);
        Assert.Throws<DataFormatException>(() => _folder.Open());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Create_DiskFailsAtEveryCall_CanBeRepeatedOrOpened(int call)
    {
        File.Delete(_folder.LedgerPath);
        File.Delete(_folder.HeadPath);
        Assert.Throws<IOException>(() => PrivacyLedger.Create(
            _folder.LedgerPath, "heart", LedgerFolder.Budget, _folder.Key, _folder.Clock, new FailingDisk { Call = call, Bytes = 20 }, (_, _) => default));
        using PrivacyLedger ledger = File.Exists(_folder.LedgerPath) ? _folder.Open() : _folder.Create();
        Assert.Equal(0, ledger.Head.Sequence);
    }

    public void Dispose() => _folder.Dispose();

    private void ChargeFails(FailingDisk disk)
    {
        using PrivacyLedger ledger = _folder.Open(disk);
        Assert.Throws<IOException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "torn"));
        Assert.Throws<IOException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "after"));
    }

    /// <summary>Fails at one call, counted from 0; in a write after some bytes.</summary>
    private sealed class FailingDisk : LedgerDisk
    {
        private int _calls;

        public int Call { get; init; }

        public int Bytes { get; init; }

        /// <summary>Length of the write that failed.</summary>
        public int Asked { get; private set; }

        public override void Write(FileStream file, ReadOnlySpan<byte> bytes)
        {
            if (_calls == Call)
            {
                Asked = bytes.Length;
                base.Write(file, bytes[..Math.Min(Bytes, bytes.Length)]);
            }

            Step();
            base.Write(file, bytes);
        }

        // Kept from the real disk: this test is about what was written, and is run hundreds of times.
        public override void Flush(FileStream file) => Step();

        public override void Move(string from, string to, bool overwrite)
        {
            Step();
            base.Move(from, to, overwrite);
        }

        public override void FlushFolder(string folder) => Step();

        private void Step()
        {
            if (_calls++ == Call)
            {
                throw new IOException("the disk is gone");
            }
        }
    }
}
