// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

public sealed class PrivacyReportTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    [Fact]
    public void Report_EveryKind_IsListedWithItsOwnEpsilonAndTheTotal()
    {
        using PrivacyLedger ledger = _folder.Create();
        ledger.Charge(LedgerFolder.Step, ReleaseKind.ValidationScore, "score of round 1");
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Standardization, "means");
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Standardization, "deviations");
        ledger.ChargeNothing(ReleaseKind.Count, "patients of the centre", "the number is published in the study's protocol");
        PrivacyReport report = ledger.Report();

        Assert.Equal([ReleaseKind.Standardization, ReleaseKind.Count, ReleaseKind.ValidationScore], report.Kinds.Select(k => k.Kind));
        Assert.Equal([(2, 2, 0), (1, 0, 1), (1, 1, 0)], report.Kinds.Select(k => (k.Entries, k.Releases, k.DeclaredPublic)));
        Assert.Equal(0, report.Kinds[1].Alone.Upper);
        Assert.Equal(0.926341503998, report.Kinds[2].Alone.Upper, 1e-9);
        Assert.InRange(report.Kinds[0].Alone.Upper, report.Kinds[2].Alone.Upper, report.Spent.Upper);
        Assert.Equal((LedgerFolder.Budget, "heart", 4), (report.Budget, report.Subject, report.Entries.Count));
        Assert.Equal("the number is published in the study's protocol", report.Entries[3].Reason);
    }

    [Fact]
    public void Read_WithoutTheKey_SaysTheSameAsTheLedger()
    {
        PrivacyReport written;
        using (PrivacyLedger ledger = _folder.Create())
        {
            ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "Größe, 大きさ, \"quoted\" \\ <tag>", 2);
            written = ledger.Report();
        }

        PrivacyReport read = PrivacyReport.Read(_folder.LedgerPath, written.KeyFingerprint, written.Head);
        Assert.Equal(written.Entries, read.Entries);
        Assert.Equal((written.Spent, written.Head, written.KeyFingerprint, 0), (read.Spent, read.Head, read.KeyFingerprint, read.TornLength));
    }

    [Fact]
    public void Read_ChangesNothing()
    {
        _folder.Fill(1);
        File.AppendAllText(_folder.LedgerPath, "{\"seq");
        byte[] before = File.ReadAllBytes(_folder.LedgerPath);
        Assert.Equal(5, PrivacyReport.Read(_folder.LedgerPath).TornLength);
        Assert.Equal(before, File.ReadAllBytes(_folder.LedgerPath));
    }

    [Fact]
    public void Read_NoLedger_IsAnIoError() => Assert.ThrowsAny<IOException>(() => PrivacyReport.Read(_folder.LedgerPath));

    public void Dispose() => _folder.Dispose();
}
