// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

public sealed class PrivacyLedgerTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    [Fact]
    public void Charge_UntilTheBudgetIsSpent_StopsAtTheLastThatFitsAndSaysWhatIsLeft()
    {
        using PrivacyLedger ledger = _folder.Create();
        for (int i = 0; i < 4; i++)
        {
            ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "round");
        }

        string before = File.ReadAllText(_folder.LedgerPath);
        var refused = Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "round"));
        Assert.Contains("ε ≤ 2 at δ = 1E-05", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Spent: ε in [1.99309, 1.99309]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Left: 0", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_folder.LedgerPath));
        Assert.Equal(4, ledger.Head.Sequence);
        Assert.Equal(1.99309140442, ledger.Spent.Upper, 1e-9);
    }

    [Fact]
    public void Charge_MoreReleasesThanCounted_IsRefusedAndWritesNothing()
    {
        using PrivacyLedger ledger = _folder.Create();
        string before = File.ReadAllText(_folder.LedgerPath);
        PrivacyEvent many = new RepeatedEvent(new LaplaceEvent(1, LedgerFolder.Relation), 1L << 40);
        Assert.Contains(
            "1208925819614629174706176",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => ledger.Charge(new RepeatedEvent(many, 1L << 40), ReleaseKind.Model, "round")).Message,
            StringComparison.Ordinal);
        // Within an epoch the ledger does not count: the accountant does, by a method that holds for any count.
        var hidden = new RepeatedEvent(new EpochEvent(many), 1L << 40);
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(hidden, ReleaseKind.Model, "round"));
        Assert.Equal(before, File.ReadAllText(_folder.LedgerPath));
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "round");
    }

    [Fact]
    public void Charge_TooManyAtOnce_SaysHowManyWouldFit()
    {
        using PrivacyLedger ledger = _folder.Create();
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "first");
        var refused = Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "all", 15));
        Assert.Contains("Asked for: 15 × GaussianEvent", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ε would be 4.37718", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Left: 3 of these", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, ledger.Remaining(LedgerFolder.Step));
        Assert.Equal(3, ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "rest", 3).Count);
        Assert.Equal(0, ledger.Remaining(LedgerFolder.Step));
    }

    [Fact]
    public void Charge_OfDifferentEvents_IsHeldAgainstTheirComposition()
    {
        using PrivacyLedger ledger = _folder.Create();
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "round", 3);
        // Two of z = 4·√2 are one of z = 4, and nothing more fits beside four of these.
        var half = new GaussianEvent(4 * Math.Sqrt(2) * (1 + 1e-12), LedgerFolder.Relation);
        ledger.Charge(half, ReleaseKind.Standardization, "means and deviations");
        ledger.Charge(half, ReleaseKind.ValidationScore, "score");
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(half, ReleaseKind.EarlyStopping, "stop"));
    }

    [Fact]
    public void Open_AfterClosing_GoesOnWhereItStopped()
    {
        LedgerHead head;
        using (PrivacyLedger ledger = _folder.Create())
        {
            ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "round", 2);
            ledger.ChargeNothing(ReleaseKind.Imputation, "medians of the registry", "published by the registry in 2019");
            head = ledger.Head;
        }

        using PrivacyLedger again = _folder.Open(head);
        Assert.Equal((2, "heart", LedgerFolder.Budget), (again.Head.Sequence, again.Subject, again.Budget));
        Assert.Equal(2, again.Remaining(LedgerFolder.Step));
        again.Charge(LedgerFolder.Step, ReleaseKind.Model, "round", 2);
        Assert.Throws<PrivacyBudgetException>(() => again.Charge(LedgerFolder.Step, ReleaseKind.Model, "round"));
    }

    [Fact]
    public void Charge_UnknownEvent_IsRefusedBeforeAnythingIsWritten() =>
        AssertRefused<ArgumentException>(l => l.Charge(new StrangeEvent(), ReleaseKind.Model, "x"));

    [Fact]
    public void Charge_AccountantDoesNotKnow_IsRefusedBeforeAnythingIsWritten()
    {
        using PrivacyLedger ledger = PrivacyLedger.Create(
            _folder.LedgerPath, "heart", LedgerFolder.Budget, _folder.Key, _folder.Clock, new LedgerDisk(), (_, _) => throw new ArgumentException("unknown"));
        Assert.Throws<ArgumentException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x"));
        Assert.Single(_folder.Lines);
    }

    [Fact]
    public void Charge_AccountantAnswersNaN_IsRefused()
    {
        using PrivacyLedger ledger = PrivacyLedger.Create(
            _folder.LedgerPath, "heart", LedgerFolder.Budget, _folder.Key, _folder.Clock, new LedgerDisk(), (_, _) => new(0, double.NaN, "", ""));
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x"));
        Assert.Single(_folder.Lines);
    }

    [Fact]
    public void Charge_OtherRelation_IsRefused() =>
        AssertRefused<ArgumentException>(l =>
        {
            var other = new GaussianEvent(4, NeighbouringRelation.ReplaceOne);
            Assert.Throws<ArgumentException>(() => l.Remaining(other));
            l.Charge(other, ReleaseKind.Model, "x");
        });

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    [InlineData("\u001b[2J")]
    [InlineData("\u202eback")]
    public void Charge_TextThatMayNotStand_IsRefused(string purpose) =>
        AssertRefused<ArgumentException>(l => l.Charge(LedgerFolder.Step, ReleaseKind.Model, purpose));

    [Fact]
    public void Charge_LongOrBrokenText_IsRefused()
    {
        AssertRefused<ArgumentException>(l => l.Charge(LedgerFolder.Step, ReleaseKind.Model, new string('x', 257)));
        // Not in an attribute, which would mend it.
        Assert.Throws<ArgumentException>(() => LedgerText.Checked("half a pair \ud800"));
    }

    [Fact]
    public void Charge_WithoutKind_IsRefused() =>
        AssertRefused<ArgumentOutOfRangeException>(l => l.Charge(LedgerFolder.Step, ReleaseKind.None, "x"));

    [Fact]
    public void Charge_LineTooLong_IsRefused()
    {
        PrivacyEvent many = new ComposedEvent([.. Enumerable.Range(1, 1000).Select(i => new GaussianEvent(1e5 + i, LedgerFolder.Relation))]);
        AssertRefused<ArgumentException>(l => l.Charge(many, ReleaseKind.Model, "x"));
    }

    [Fact]
    public void Charge_ClockWentBack_IsRefusedUntilItIsRight()
    {
        using PrivacyLedger ledger = _folder.Create();
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x");
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "the same instant is fine");
        _folder.Clock.Now -= TimeSpan.FromTicks(1);
        var refused = Assert.Throws<ProtocolException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x"));
        Assert.Contains("clock went back", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, _folder.Lines.Length);
        _folder.Clock.Now += TimeSpan.FromTicks(1);
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x");
    }

    [Fact]
    public void Open_WhileAnotherHoldsIt_IsRefusedAndReadingIsNot()
    {
        using PrivacyLedger ledger = _folder.Create();
        Assert.Contains("in use", Assert.Throws<IOException>(() => _folder.Open()).Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(_folder.In("link"), _folder.LedgerPath);
        Assert.Throws<IOException>(() => PrivacyLedger.Open(_folder.In("link"), _folder.Key));
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x");
        Assert.Single(PrivacyReport.Read(_folder.LedgerPath).Entries);
    }

    [Fact]
    public void Charge_SomethingElseWroteToTheFile_IsRefusedAndStaysSo()
    {
        using PrivacyLedger ledger = _folder.Create();
        using (var other = new FileStream(_folder.LedgerPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            other.WriteByte((byte)'x');
        }

        Assert.Contains("something else", Assert.Throws<IOException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("open it again", Assert.Throws<IOException>(() => ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OnALedger_IsRefused()
    {
        _folder.Create().Dispose();
        Assert.Contains("there already", Assert.Throws<IOException>(() => _folder.Create()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WhereALedgerWasDeleted_IsRefused()
    {
        _folder.Fill(1);
        File.Delete(_folder.LedgerPath);
        Assert.Contains("deleted", Assert.Throws<DataFormatException>(() => _folder.Create()).Message, StringComparison.Ordinal);
        Assert.Contains("deleted", Assert.Throws<DataFormatException>(() => _folder.Open()).Message, StringComparison.Ordinal);
        File.Delete(_folder.HeadPath);
        Assert.Throws<FileNotFoundException>(() => _folder.Open());
    }

    [Fact]
    public void Create_OtherCurveOrPublicKeyOnly_IsRefused()
    {
        using ECDsa wide = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using ECDsa half = ECDsa.Create();
        half.ImportSubjectPublicKeyInfo(_folder.Key.ExportSubjectPublicKeyInfo(), out _);
        foreach (ECDsa key in new[] { wide, half })
        {
            Assert.Throws<ArgumentException>(() => PrivacyLedger.Create(_folder.LedgerPath, "heart", LedgerFolder.Budget, key));
        }

        Assert.False(File.Exists(_folder.LedgerPath));
    }

    [Fact]
    public async Task Charge_FromManyThreads_NeverExceedsTheBudget()
    {
        using PrivacyLedger ledger = _folder.Create();
        int paid = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            try
            {
                ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x");
                Interlocked.Increment(ref paid);
            }
            catch (PrivacyBudgetException)
            {
            }
        })));
        Assert.Equal((4, 5), (paid, _folder.Lines.Length));
    }

    [Theory]
    [InlineData(0, 1e-5)]
    [InlineData(-1, 1e-5)]
    [InlineData(double.NaN, 1e-5)]
    [InlineData(double.PositiveInfinity, 1e-5)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, double.NaN)]
    public void PrivacyBudget_OutOfRange_IsRefused(double epsilon, double delta) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrivacyBudget(epsilon, delta, PrivacyUnit.Example, LedgerFolder.Relation));

    public void Dispose() => _folder.Dispose();

    private void AssertRefused<T>(Action<PrivacyLedger> charge)
        where T : Exception
    {
        using PrivacyLedger ledger = _folder.Create();
        Assert.Throws<T>(() => charge(ledger));
        Assert.Single(_folder.Lines);
        // And the ledger is none the worse for it.
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "x");
    }

    private sealed record StrangeEvent : PrivacyEvent
    {
        public override NeighbouringRelation Relation => LedgerFolder.Relation;
    }
}
