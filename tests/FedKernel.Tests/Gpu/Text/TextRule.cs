// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>Something that the text of every program must be.</summary>
/// <param name="Name">The rule.</param>
/// <param name="Fault">What breaks it in a text, or null.</param>
internal sealed record TextRule(string Name, Func<string, Allowance, string?> Fault)
{
    /// <summary>A rule that a pattern breaks.</summary>
    public static TextRule Without(string name, string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.Multiline | RegexOptions.CultureInvariant);
        return new(name, (text, _) => Line(text, regex.Match(text)));
    }

    /// <summary>Every rule that a text breaks, one a line.</summary>
    public static string Faults(IEnumerable<TextRule> rules, string text, Allowance allowed) => string.Join(
        '\n', rules.Select(r => (r.Name, Fault: r.Fault(text, allowed))).Where(f => f.Fault is not null).Select(f => $"{f.Name}: {f.Fault}"));

    /// <summary>The line of a match, or null if there is none.</summary>
    public static string? Line(string text, Match match)
    {
        if (!match.Success)
        {
            return null;
        }

        int start = text.LastIndexOf('\n', match.Index) + 1, end = text.IndexOf('\n', match.Index);
        return text[start..(end < 0 ? text.Length : end)].Trim();
    }

    /// <summary>Loads and stores against the table.</summary>
    /// <param name="accesses">Each access of device memory: a store or not, and its bytes.</param>
    /// <param name="allowed">What the table says.</param>
    public static string? Accesses(IReadOnlyList<(bool Store, int Bytes)> accesses, Allowance allowed)
    {
        int Count(bool store, bool wide) => accesses.Count(a => a.Store == store && (a.Bytes == 16) == wide);
        (int loads, int stores, int smallerLoads, int smallerStores) = (Count(false, true), Count(true, true), Count(false, false), Count(true, false));
        bool smaller = allowed.ByPacks ? (smallerLoads, smallerStores) == allowed.Smaller : smallerStores > 0;
        return allowed.Loads.Contains(loads) && stores == allowed.Stores && smaller
            ? null
            : $"{loads} loads and {stores} stores of 16 bytes, {smallerLoads} and {smallerStores} smaller; right are "
                + $"{string.Join(" or ", allowed.Loads)} and {allowed.Stores}, {(allowed.ByPacks ? allowed.Smaller.ToString() : "any")} smaller";
    }
}
