// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy.Ledger;

namespace FedKernel.Cli.Commands;

/// <summary>The ledgers of <c>--ledger FILE</c>: one file and one key for each subject, made or opened again.</summary>
/// <param name="path">FILE; a hospital's ledger is FILE.hospital. The key lies beside each as PEM, LEDGER.key.</param>
/// <param name="budget">ε of a new ledger; null for what the training plans.</param>
internal sealed class LedgerFiles(string path, double? budget) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<ECDsa> _keys = [];
    private readonly List<string> _paths = [];

    /// <summary>The ledgers opened so far.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>Opens the ledger of a subject, "study: who", or begins it.</summary>
    /// <exception cref="CommandException">It is there and was begun for something else.</exception>
    public PrivacyLedger Open(string subject, PrivacyBudget planned)
    {
        string ledgerPath = planned.Unit == Privacy.PrivacyUnit.Client ? path : $"{path}.{Slug(subject)}";
        bool isNew = !File.Exists(ledgerPath);
        ECDsa key = Key(ledgerPath + ".key", isNew);
        _keys.Add(key);
        PrivacyLedger ledger = isNew
            ? PrivacyLedger.Create(ledgerPath, subject, new PrivacyBudget(budget ?? planned.Epsilon, planned.Delta, planned.Unit, planned.Relation), key)
            : PrivacyLedger.Open(ledgerPath, key);
        _paths.Add(ledgerPath);
        if (Mismatch(ledger, subject, planned) is { } mismatch)
        {
            ledger.Dispose();
            throw new CommandException(ExitCode.WrongArguments, $"'{ledgerPath}' {mismatch}");
        }

        return ledger;
    }

    public void Dispose() => _keys.ForEach(k => k.Dispose());

    private string? Mismatch(PrivacyLedger ledger, string subject, PrivacyBudget planned)
    {
        PrivacyBudget held = ledger.Budget;
        if (ledger.Subject != subject)
        {
            return $"is the ledger of '{ledger.Subject}'; asked for is '{subject}'.";
        }

        if ((held.Delta, held.Unit, held.Relation) != (planned.Delta, planned.Unit, planned.Relation))
        {
            return $"has the budget {held}; the training states δ = {planned.Delta}, unit {planned.Unit}, neighbours {planned.Relation}.";
        }

        return budget is { } asked && asked != held.Epsilon
            ? FormattableString.Invariant($"has a budget of ε = {held.Epsilon}, which never changes; --budget says {asked}.")
            : null;
    }

    /// <summary>An existing key, or a new one that only its owner can read from the first byte on.</summary>
    private static ECDsa Key(string keyPath, bool isNew)
    {
        if (File.Exists(keyPath))
        {
            var key = ECDsa.Create();
            try
            {
                key.ImportFromPem(File.ReadAllText(keyPath));
                return key;
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException)
            {
                key.Dispose();
                throw new DataFormatException($"'{keyPath}' holds no private key in PEM: {e.Message}", e);
            }
        }

        if (!isNew)
        {
            throw new FileNotFoundException($"The ledger's key '{keyPath}' is not there; without it nothing can be charged.", keyPath);
        }

        var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(keyPath, options);
        file.Write(Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem() + "\n"));
        file.Flush(flushToDisk: true);
        return made;
    }

    private static string Slug(string subject) =>
        string.Concat(subject[(subject.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
