// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;

namespace FedKernel.Training.Studies;

/// <summary>
/// The accounts of a study. A patient is in one hospital only, so each hospital keeps its own and the largest counts (parallel
/// composition); whole clients are hidden by the server, which keeps one.
/// </summary>
internal sealed class StudyLedgers(string study, PrivateRecipe recipe, StudyOptions options) : IDisposable
{
    private readonly List<PrivacyLedger> _open = [];
    private readonly List<IDisposable> _temporary = [];
    private DirectoryInfo? _folder;

    /// <summary>The largest of what has been spent, each end by itself; null if no account is kept.</summary>
    public Func<PrivacyBracket>? Spent => options.OpenLedger is null
        ? null
        : () => _open.Select(l => l.Spent).ToArray() is var spent
            ? spent.MaxBy(s => s.Upper) with { Lower = spent.Max(s => s.Lower) }
            : default;

    /// <summary>A hospital's, if the caller keeps accounts.</summary>
    public PrivacyLedger? OfHospital(string name) => options.OpenLedger is null ? null : Open(name);

    /// <summary>The federation's: the caller's, or one that ends with the study.</summary>
    public PrivacyLedger OfClients()
    {
        if (options.OpenLedger is not null)
        {
            return Open("clients");
        }

        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _temporary.Add(key);
        _folder = Directory.CreateTempSubdirectory("fedkernel-ledger-");
        return Keep(PrivacyLedger.Create(Path.Combine(_folder.FullName, "clients"), $"{study}: clients", recipe.Budget, key));
    }

    public void Dispose()
    {
        _open.ForEach(l => l.Dispose());
        _temporary.ForEach(k => k.Dispose());
        _folder?.Delete(recursive: true);
    }

    private PrivacyLedger Open(string subject) => Keep(options.OpenLedger!($"{study}: {subject}", recipe.Budget));

    private PrivacyLedger Keep(PrivacyLedger ledger)
    {
        _open.Add(ledger);
        if (ledger.Head.Sequence == 0)
        {
            Declare(ledger);
        }

        return ledger;
    }

    /// <summary>All that a study uses beside the noised steps. Once in a ledger: the constants do not change from run to run.</summary>
    private static void Declare(PrivacyLedger ledger)
    {
        ledger.ChargeNothing(ReleaseKind.Standardization, "centre and scale of each feature", "public constants, in the code of the study");
        ledger.ChargeNothing(
            ReleaseKind.HyperparameterChoice,
            "rounds, steps, rates, clipping bound",
            "public constants, chosen once on this published table; a choice made on private data must be charged");
        ledger.ChargeNothing(
            ReleaseKind.Count,
            ledger.Budget.Unit == PrivacyUnit.Client ? "number of clients" : "number of training patients: weight in the mean",
            ledger.Budget.Unit == PrivacyUnit.Client ? "public: the server's list of members" : "public by the promise: it is made for a known number of patients");
        ledger.ChargeNothing(ReleaseKind.ValidationScore, "accuracy on test rows after each round", "test rows are outside the promise: published with the table");
    }
}
