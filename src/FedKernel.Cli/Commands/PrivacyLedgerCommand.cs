// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel privacy ledger</c>: verifies a ledger and prints what was spent on what.</summary>
internal sealed class PrivacyLedgerCommand : Verb
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "The ledger; FILE.head must lie beside it." };

    private readonly Option<string?> _key = new("--key-sha256")
    {
        Description = "SHA-256 of the public key that must have signed it. Without it the ledger only agrees with itself.",
        HelpName = "HEX",
    };

    private readonly Option<string?> _head = new("--expected-head")
    {
        Description = "An entry that the ledger must contain, as this command printed it before.",
        HelpName = "N:HEX",
    };

    private readonly Option<int> _entries = new("--entries")
    {
        Description = "How many of the last entries to print.",
        HelpName = "N",
        DefaultValueFactory = _ => 20,
    };

    public PrivacyLedgerCommand()
        : base(
            "ledger",
            "Verifies every line of a privacy ledger and prints what was spent on what, and what was declared public and why.",
            "fedkernel privacy ledger heart.ledger",
            "fedkernel privacy ledger heart.ledger --entries 0 --json ledger.json")
    {
        Arguments.Add(_file);
        Options.Add(_key);
        Options.Add(_head);
        Options.Add(_entries);
    }

    protected override int Execute(VerbContext context)
    {
        string? key = context.Parsed.GetValue(_key)?.ToLowerInvariant();
        int entries = context.Parsed.GetValue(_entries);
        if (key is not null && (key.Length != 64 || key.Any(c => !char.IsAsciiHexDigit(c))))
        {
            throw new CommandException(ExitCode.WrongArguments, $"--key-sha256 takes 64 hex digits; got '{key}'.");
        }

        if (entries < 0)
        {
            throw new CommandException(ExitCode.WrongArguments, $"--entries must be 0 or more; got {entries}.");
        }

        PrivacyReport report = PrivacyReport.Read(context.Parsed.GetValue(_file)!.FullName, key, ExpectedHead(context));
        Write(context, report, entries, key is not null);
        Add(context, report);
        return ExitCode.Done;
    }

    private LedgerHead? ExpectedHead(VerbContext context)
    {
        try
        {
            return context.Parsed.GetValue(_head) is { } text ? LedgerHead.Parse(text) : null;
        }
        catch (DataFormatException e)
        {
            throw new CommandException(ExitCode.WrongArguments, $"--expected-head: {e.Message}");
        }
    }

    private static void Write(VerbContext context, PrivacyReport report, int entries, bool knownKey)
    {
        IAnsiConsole console = context.Console;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"'{report.Subject}': budget {report.Budget}. Spent: ε in {Bracket(report.Spent)} ({report.Spent.UpperMethod})."));
        Table kinds = new Table().Border(TableBorder.Rounded).AddColumns("For", "Entries", "Releases", "Declared public", "ε alone");
        foreach (ReleaseSummary kind in report.Kinds)
        {
            kinds.AddRow(
                new Text(kind.Kind.ToString()),
                new Text(Number(kind.Entries)),
                new Text(Number(kind.Releases)),
                new Text(Number(kind.DeclaredPublic)),
                new Text(Bracket(kind.Alone)));
        }

        console.Write(kinds);
        WriteEntries(console, "Declared public: nothing checks these reasons but you.", report.Entries.Where(e => e.Type == LedgerEntryType.DeclaredPublic));
        WriteEntries(console, $"The last {Math.Min(entries, report.Entries.Count)} of {report.Entries.Count} entries.", report.Entries.TakeLast(entries));
        console.WriteLine($"Signed by the key {report.KeyFingerprint}{(knownKey ? ", as expected" : "; compare it, or say --key-sha256")}.");
        console.WriteLine($"Head {report.Head}");
        if (report.TornLength > 0)
        {
            console.WriteLine($"{report.TornLength} bytes of a half-written entry at the end do not count: a crash, or a write under way.");
        }
    }

    private static void WriteEntries(IAnsiConsole console, string title, IEnumerable<LedgerEntry> entries)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("Entry", "UTC", "For", "Purpose", "Times", "What");
        foreach (LedgerEntry entry in entries)
        {
            table.AddRow(
                new Text(Number(entry.Sequence)),
                new Text(entry.Time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                new Text(entry.Kind.ToString()),
                new Text(entry.Purpose),
                new Text(Number(entry.Count)),
                new Text(entry.Event?.ToString() ?? entry.Reason!));
        }

        if (table.Rows.Count > 0)
        {
            console.WriteLine(title);
            console.Write(table);
        }
    }

    private static void Add(VerbContext context, PrivacyReport report)
    {
        context.Json.Add("privacy.ledger.epsilon_lower", report.Spent.Lower, "1");
        context.Json.Add(
            "privacy.ledger.epsilon_upper", report.Spent.Upper, "1", report.Budget.Epsilon, "lower", report.Spent.Upper <= report.Budget.Epsilon);
        context.Json.Add("privacy.ledger.delta", report.Budget.Delta, "1");
        context.Json.Add("privacy.ledger.entries", report.Entries.Count, "entries");
        context.Json.Add("privacy.ledger.declared_public", report.Kinds.Sum(k => k.DeclaredPublic), "entries");
        context.Json.AddHash("privacy.ledger.head", report.Head.Digest);
        context.Json.AddHash("privacy.ledger.key", report.KeyFingerprint);
        foreach (ReleaseSummary kind in report.Kinds)
        {
            context.Json.Add($"privacy.ledger.{kind.Kind}.epsilon_upper".ToLowerInvariant(), kind.Alone.Upper, "1");
        }
    }

    private static string Bracket(PrivacyBracket bracket) =>
        string.Create(CultureInfo.InvariantCulture, $"[{bracket.Lower:G6}, {bracket.Upper:G6}]");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
