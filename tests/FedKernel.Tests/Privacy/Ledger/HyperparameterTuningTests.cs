// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

public sealed class HyperparameterTuningTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    [Fact]
    public void AmongFixed_KRuns_CostTheirComposition()
    {
        // Sixteen of z = 4 are one of z = 1.
        PrivacyEvent choice = HyperparameterTuning.AmongFixed(LedgerFolder.Step, 16);
        Assert.Equal(4.37717809568, PrivacyAccountant.Epsilon(choice, 1e-5).Upper, 1e-9);
        Assert.Equal(1.99309140442, PrivacyAccountant.Epsilon(
            HyperparameterTuning.AmongFixed([LedgerFolder.Step, LedgerFolder.Step, LedgerFolder.Step, LedgerFolder.Step]), 1e-5).Upper, 1e-9);
        using PrivacyLedger ledger = _folder.Create();
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(choice, ReleaseKind.HyperparameterChoice, "learning rate"));
    }

    /// <summary>Papernot and Steinke 2022, theorem 2 at λ → ∞; geometric: Liu and Talwar 2019, theorem 3.2 with δ = 0.</summary>
    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(1, 0.3)]
    [InlineData(2.5, 0.45)]
    public void AmongRandomlyMany_PureRun_CostsTwoPlusShape(double shape, double expected)
    {
        var run = new ApproximateEvent(0.1, 0, LedgerFolder.Relation);
        Assert.Equal(expected, Assert.IsType<ApproximateEvent>(HyperparameterTuning.AmongRandomlyMany(run, shape)).Epsilon, 1e-15);
    }

    [Theory]
    [InlineData(1e-9, 1)]
    [InlineData(0, -0.1)]
    [InlineData(0, double.NaN)]
    public void AmongRandomlyMany_WhatTheTheoremDoesNotCover_IsRefused(double delta, double shape) => Assert.ThrowsAny<ArgumentException>(
        () => HyperparameterTuning.AmongRandomlyMany(new ApproximateEvent(0.1, delta, LedgerFolder.Relation), shape));

    public void Dispose() => _folder.Dispose();
}
