// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FedKernel.Instruments.Validation;

/// <summary>The options of <c>validate</c>.</summary>
internal sealed class ValidateOptions
{
    public ValidateOptions()
    {
        Level.AcceptOnlyFromAmong("quick", "medium", "long", "soak");
        Inject.AcceptOnlyFromAmong([.. FaultNames.Words]);
        FailOn.AcceptOnlyFromAmong("wrong", "perf");
        foreach (Option<FileInfo?> file in (Option<FileInfo?>[])[Html, JUnit])
        {
            file.Validators.Add(RefuseMissingFolder);
        }
    }

    public Option<string> Level { get; } = new("--level")
    {
        Description = "How much: quick (10 s), medium (2 min), long (15 min), soak (see --for).",
        DefaultValueFactory = _ => "quick",
    };

    public Option<TimeSpan> For { get; } = new("--for")
    {
        Description = "How long a soak lasts: 90s, 30m, 8h.",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromHours(1),
        CustomParser = ParseTime,
    };

    public Option<string?> Only { get; } = new("--only")
    {
        Description = "Only checks whose name begins so: kernels.axpy, random, corruption.",
        HelpName = "CHECK",
    };

    public Option<string?> Inject { get; } = new("--inject")
    {
        Description = "Puts a fault upon the device, to see that it is found.",
    };

    public Option<FileInfo?> Html { get; } = new("--html") { Description = "Also write one HTML file for people.", HelpName = "FILE" };

    public Option<FileInfo?> JUnit { get; } = new("--junit") { Description = "Also write JUnit XML for a build server.", HelpName = "FILE" };

    public Option<FileInfo[]> Compare { get; } = new("--compare")
    {
        Description = "Runs nothing; compares reports of several machines by their hashes and names the odd one out.",
        HelpName = "A.json B.json …",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<bool> FatalSkips { get; } = new("--fatal-skips") { Description = "A check that was skipped leaves the run in doubt: code 6." };

    public Option<string> FailOn { get; } = new("--fail-on")
    {
        Description = "perf: slow is code 3; wrong: slow is only reported.",
        DefaultValueFactory = _ => "perf",
    };

    public Option<int[]?> Lengths { get; } = new("--lengths")
    {
        Description = "Vector lengths instead of those of the level: 65 or 1,64,65.",
        HelpName = "N,N",
        CustomParser = r => ParseNumbers(r, 16 << 20),
    };

    public Option<int[]?> Offsets { get; } = new("--offsets")
    {
        Description = "Elements by which windows are out of line: 0 to 15.",
        HelpName = "N,N",
        CustomParser = r => ParseNumbers(r, 15),
    };

    public Option<double> Patience { get; } = new("--patience")
    {
        Description = "Seconds, at least, after which a check counts as hung: 1 to 3600.",
        HelpName = "S",
        DefaultValueFactory = _ => 10,
        CustomParser = ParsePatience,
    };

    public Option<bool> PrintHashBook { get; } = new("--print-hash-book")
    {
        Description = "Prints the book of known hashes as this machine makes it, for whoever adds a kernel.",
        Hidden = true,
    };

    public Option<double?> Child { get; } = new("--child") { Description = "Is the process of one device; seconds that it has.", Hidden = true };

    public IEnumerable<Option> All =>
        [Level, For, Only, Inject, Html, JUnit, Compare, FatalSkips, FailOn, Lengths, Offsets, Patience, PrintHashBook, Child];

    /// <summary>What a person asked.</summary>
    public ValidationOptions Read(ParseResult parsed, ulong seed)
    {
        ValidationLevel level = Enum.Parse<ValidationLevel>(parsed.GetValue(Level)!, ignoreCase: true);
        return new ValidationOptions
        {
            Level = level,
            Budget = parsed.GetValue(Child) is { } seconds ? TimeSpan.FromSeconds(seconds) : level.Budget(parsed.GetValue(For)),
            Seed = seed,
            Only = parsed.GetValue(Only),
            Fault = parsed.GetValue(Inject) is { } word ? FaultNames.Parse(word) : null,
            Lengths = parsed.GetValue(Lengths) is { Length: > 0 } lengths ? lengths : null,
            Offsets = parsed.GetValue(Offsets) is { Length: > 0 } offsets ? offsets : null,
            Patience = TimeSpan.FromSeconds(parsed.GetValue(Patience)),
        };
    }

    private static TimeSpan ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (unit == 0 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            || value * unit is < 1 or > 7 * 86_400)
        {
            result.AddError($"--for takes a time from 1s to 168h, such as 90s, 30m or 8h; got '{text}'.");
            return default;
        }

        return TimeSpan.FromSeconds(value * unit);
    }

    private static double ParsePatience(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) || value is < 1 or > 3600)
        {
            result.AddError($"--patience takes seconds from 1 to 3600; got '{text}'.");
        }

        return value;
    }

    private static int[]? ParseNumbers(ArgumentResult result, int most)
    {
        string text = result.Tokens[0].Value;
        var numbers = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (numbers.Count >= 1000 || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > most)
            {
                result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes whole numbers from 0 to {most}, up to 1000 of them; got '{text}'.");
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void RefuseMissingFolder(OptionResult result)
    {
        if (result.Tokens.Count > 0 && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(result.Tokens[0].Value))))
        {
            result.AddError($"{result.Option.Name} takes a file in a folder that exists; got '{result.Tokens[0].Value}'.");
        }
    }
}
