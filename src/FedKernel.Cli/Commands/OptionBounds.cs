// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;

namespace FedKernel.Cli.Commands;

/// <summary>Ranges of options, checked while parsing: nothing is started with a value outside.</summary>
internal static class OptionBounds
{
    /// <summary>Demands least ≤ value ≤ greatest; NaN is outside.</summary>
    public static void Bound<T>(this Option<T> option, T least, T greatest)
        where T : struct, IComparable<T>, IFormattable =>
        Check<T>(option, least, greatest, r => r.GetValue(option));

    /// <summary>The same for an option that may be left out.</summary>
    public static void Bound<T>(this Option<T?> option, T least, T greatest)
        where T : struct, IComparable<T>, IFormattable =>
        Check<T>(option, least, greatest, r => r.GetValue(option));

    /// <summary>Demands a file in a folder that exists: before the work, whose result would have nowhere to go.</summary>
    public static void InExistingFolder(this Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: { Length: > 0 } path }]
            && (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))))
        {
            result.AddError($"{option.Name} takes a file in a folder that exists; got '{path}'.");
        }
    });

    private static void Check<T>(Option option, T least, T greatest, Func<OptionResult, T?> read)
        where T : struct, IComparable<T>, IFormattable
    {
        option.Validators.Add(result =>
        {
            // A text that is no number has its own message.
            if (result.Errors.Any() || result.Tokens.Count == 0 || TryRead(result, read) is not { } value)
            {
                return;
            }

            if (value is double.NaN || value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            {
                result.AddError(FormattableString.Invariant($"{option.Name} must lie in [{least}, {greatest}]; got {value}."));
            }
        });
    }

    private static T? TryRead<T>(OptionResult result, Func<OptionResult, T?> read)
        where T : struct
    {
        try
        {
            return read(result);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
