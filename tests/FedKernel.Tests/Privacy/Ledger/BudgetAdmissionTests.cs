// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

public sealed class BudgetAdmissionTests
{
    private int _questions;

    [Fact]
    public void Fits_AThousandEqualCharges_AsksTheAccountantALogarithmOfTimes()
    {
        // ε of 1000 steps with z = 100: the last that fits is the thousandth.
        var step = new EventCounts(new GaussianEvent(100, LedgerFolder.Relation), 1);
        var budget = new PrivacyBudget(AnalyticGaussian.Epsilon(100 / Math.Sqrt(1000.5), 1e-5), 1e-5, PrivacyUnit.Patient, LedgerFolder.Relation);
        BudgetAdmission admission = Admission(budget);
        int charged = 0;
        while (admission.Fits(step))
        {
            admission.Add(step);
            charged++;
        }

        Assert.Equal(1000, charged);
        Assert.InRange(_questions, 10, 60);
    }

    [Fact]
    public void Fits_AlternatingCharges_AsksNoMore()
    {
        EventCounts[] turns =
        [
            new(new GaussianEvent(100, LedgerFolder.Relation), 1),
            new(new GaussianEvent(200, LedgerFolder.Relation), 1),
            new(new GaussianEvent(300, LedgerFolder.Relation), 1),
        ];
        BudgetAdmission admission = Admission(new PrivacyBudget(100, 1e-5, PrivacyUnit.Patient, LedgerFolder.Relation));
        for (int i = 0; i < 3000; i++)
        {
            Assert.True(admission.Fits(turns[i % 3]));
            admission.Add(turns[i % 3]);
        }

        Assert.InRange(_questions, 10, 120);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(123_457)]
    public void Remaining_IsTheExactNumberThatFits(long count)
    {
        double z = 300;
        double epsilon = AnalyticGaussian.Epsilon(z / Math.Sqrt(count + 0.5), 1e-5);
        BudgetAdmission admission = Admission(new PrivacyBudget(Math.Max(epsilon, 1e-9), 1e-5, PrivacyUnit.Patient, LedgerFolder.Relation));
        var step = new EventCounts(new GaussianEvent(z, LedgerFolder.Relation), 1);
        Assert.Equal(count, admission.Remaining(step, EventCounts.MaximumCount));
        Assert.Equal(Math.Min(count, 5), admission.Remaining(step, 5));
    }

    [Fact]
    public void Remaining_OfWhatCostsNothing_StopsAtTheLimit()
    {
        var budget = new PrivacyBudget(1, 1e-5, PrivacyUnit.Patient, LedgerFolder.Relation);
        var admission = new BudgetAdmission(budget, new EventCounts(), (_, _) => new PrivacyBracket(0, 0, "", ""));
        Assert.Equal(
            EventCounts.MaximumCount, admission.Remaining(new EventCounts(LedgerFolder.Step, 1), EventCounts.MaximumCount));
    }

    [Fact]
    public void Add_NestedRepetitionsAndCompositions_AreTakenApart()
    {
        var other = new GaussianEvent(9, LedgerFolder.Relation);
        var nested = new ComposedEvent(new RepeatedEvent(new ComposedEvent(LedgerFolder.Step, other), 3), LedgerFolder.Step);
        Assert.Equal(
            new ComposedEvent(new RepeatedEvent(LedgerFolder.Step, 8), new RepeatedEvent(other, 6)), new EventCounts(nested, 2).ToEvent());
    }

    [Fact]
    public void Add_MoreThanAnyHistoryHolds_IsRefusedInsteadOfOverflowing() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new EventCounts(new RepeatedEvent(new RepeatedEvent(LedgerFolder.Step, 1L << 40), 1L << 40), 1L << 40));

    private BudgetAdmission Admission(PrivacyBudget budget) => new(budget, new EventCounts(), (history, delta) =>
    {
        _questions++;
        return PrivacyAccountant.Epsilon(history, delta);
    });
}
