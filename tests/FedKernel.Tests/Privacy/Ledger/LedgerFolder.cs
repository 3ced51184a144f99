// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;

namespace FedKernel.Tests.Privacy.Ledger;

/// <summary>A folder with one ledger, its key, and a clock that tests turn.</summary>
internal sealed class LedgerFolder : IDisposable
{
    public const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    private readonly string _folder = Directory.CreateTempSubdirectory("ledger").FullName;

    /// <summary>z = 4: at δ = 1e-5 one costs 0.926341503998, four 1.99309140442, sixteen 4.37717809568 (known answers of AnalyticGaussian).</summary>
    public static GaussianEvent Step { get; } = new(4, Relation);

    public static PrivacyBudget Budget { get; } = new(2, 1e-5, PrivacyUnit.Patient, Relation);

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TurnedClock Clock { get; } = new();

    public string LedgerPath => Path.Combine(_folder, "heart.ledger");

    public string HeadPath => LedgerPath + ".head";

    public string[] Lines
    {
        get => File.ReadAllLines(LedgerPath);
        set => File.WriteAllText(LedgerPath, string.Concat(value.Select(l => l + "\n")));
    }

    public PrivacyLedger Create(PrivacyBudget? budget = null) => PrivacyLedger.Create(LedgerPath, "heart", budget ?? Budget, Key, Clock);

    public PrivacyLedger Open(LedgerHead? expected = null) => PrivacyLedger.Open(LedgerPath, Key, expected, Clock);

    public PrivacyLedger Open(LedgerDisk disk) => PrivacyLedger.Open(LedgerPath, Key, null, Clock, disk, PrivacyAccountant.Epsilon);

    /// <summary>A closed ledger with this many charges of one step, in a budget that they fit in.</summary>
    public void Fill(int charges)
    {
        using PrivacyLedger ledger = Create(new PrivacyBudget(100, 1e-5, PrivacyUnit.Patient, Relation));
        for (int i = 0; i < charges; i++)
        {
            Clock.Now += TimeSpan.FromSeconds(1);
            ledger.Charge(Step, ReleaseKind.Model, $"round {i + 1}");
        }
    }

    public string In(string name) => Path.Combine(_folder, name);

    public void Dispose()
    {
        Key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal sealed class TurnedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
