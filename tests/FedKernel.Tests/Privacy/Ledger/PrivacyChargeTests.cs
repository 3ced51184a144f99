// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

public sealed class PrivacyChargeTests : IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly CpuDevice _device = new();
    private readonly SecretKey256 _key = SecretKey256.Create();

    [Fact]
    public void AddNoise_WithCharge_UsesItUp()
    {
        using PrivacyLedger ledger = _folder.Create();
        PrivacyCharge charge = ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "two rounds", 2);
        Assert.Equal((2, 2, "heart", ledger.Head), (charge.Count, charge.Left, charge.Subject, charge.Head));
        Assert.NotEqual(Update, Release(4, charge));
        Assert.NotEqual(Update, Release(4, charge));
        Assert.Equal(0, charge.Left);
        var refused = Assert.Throws<PrivacyBudgetException>(() => Release(4, charge));
        Assert.Contains("all are used", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, charge.Left);
    }

    [Fact]
    public void AddNoise_WithLessNoiseThanWasPaidFor_IsRefusedAndTheUpdateIsUntouched()
    {
        using PrivacyLedger ledger = _folder.Create();
        PrivacyCharge charge = ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "round");
        using ModelUpdate update = Upload();
        Assert.Throws<PrivacyBudgetException>(() => Release(2, charge, update));
        var values = new float[Update.Length];
        update.Values.CopyTo(values);
        Assert.Equal(Update, values);
        Assert.Equal(1, charge.Left);
    }

    [Fact]
    public async Task Take_FromManyThreads_NeverGivesMoreThanWasPaidFor()
    {
        using PrivacyLedger ledger = _folder.Create(new PrivacyBudget(1000, 1e-5, PrivacyUnit.Client, LedgerFolder.Relation));
        PrivacyCharge charge = ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "rounds", 1000);
        int taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                try
                {
                    charge.Take(LedgerFolder.Step);
                    Interlocked.Increment(ref taken);
                }
                catch (PrivacyBudgetException)
                {
                }
            }
        })));
        Assert.Equal(1000, taken);
    }

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
        _folder.Dispose();
    }

    private static float[] Update => [0.25f, -0.5f, 0.125f];

    private ModelUpdate Upload() => ModelUpdate.Upload(_device, new ParameterLayout([("w", [3])]), Update);

    private float[] Release(double noiseMultiplier, PrivacyCharge charge)
    {
        using ModelUpdate update = Upload();
        return Release(noiseMultiplier, charge, update);
    }

    private float[] Release(double noiseMultiplier, PrivacyCharge charge, ModelUpdate update)
    {
        BoundedUpdate bounded = new L2Clipping(1).Clip(update).Bounded!;
        new GaussianMechanism(noiseMultiplier, LedgerFolder.Relation).AddNoise(bounded, _key, round: 1, charge: charge);
        var values = new float[Update.Length];
        update.Values.CopyTo(values);
        return values;
    }
}
