// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>The rules for PTX.</summary>
internal static partial class PtxRules
{
    private static readonly string[] _rounded = ["add", "sub", "mul", "div", "sqrt", "rcp"];
    private static readonly string[] _exact = ["ld", "st", "mov", "selp", "setp", "abs", "neg", "min", "max", "testp"];
    private static readonly string[] _otherRoundings = ["rz", "rm", "rp", "ftz", "sat", "approx", "full"];

    public static IReadOnlyList<TextRule> All { get; } =
    [
        new("one kernel", (text, _) => Regex.Count(text, @"^\.visible \.entry ", RegexOptions.Multiline) == 1
            && Regex.Count(text, @"^\.target sm_", RegexOptions.Multiline) == 1 ? null : "not one .target and one .entry"),
        new("accesses of 16 bytes", (text, allowed) => TextRule.Accesses([.. Instructions(text).Select(Access).OfType<(bool, int)>()], allowed)),
        new("named address space", (text, _) => Instructions(text)
            .FirstOrDefault(i => i is ["ld" or "st", ..] && !i.Contains("global") && !i.Contains("param")) is { } found
                ? string.Join('.', found) : null),
        new("float64 where declared", Float64),
        new("one rounding an operation", (text, _) => Instructions(text).FirstOrDefault(i => !IsRounded(i)) is { } found
            ? string.Join('.', found) : null),
        TextRule.Without("no local memory", @"\.local\b"),
        TextRule.Without("no function elsewhere", @"\.extern\b|\.func\b"),
        TextRule.Without("no call", @"\bcall\b"),
        TextRule.Without(
            "threads by themselves", @"\.shared\b|\b(bar|barrier|atom|red|shfl|vote|match|redux|membar|fence|elect)\."),
    ];

    /// <summary>Opcodes, split at the points.</summary>
    private static IEnumerable<string[]> Instructions(string text) =>
        Instruction().Matches(text).Select(m => m.Groups["code"].Value.Split('.'));

    private static (bool Store, int Bytes)? Access(string[] code)
    {
        if (code is not ["ld" or "st", ..] || !code.Contains("global"))
        {
            return null;
        }

        int count = code.Contains("v4") ? 4 : code.Contains("v2") ? 2 : 1;
        return (code[0] == "st", count * int.Parse(code[^1].AsSpan(1), null) / 8);
    }

    private static bool IsFloat(string type) => FloatType().IsMatch(type);

    /// <summary>Operations that no assembler may fuse or approximate; what is not known here is wrong.</summary>
    private static bool IsRounded(string[] code)
    {
        if (!code.Any(IsFloat))
        {
            return true;
        }

        if (code.Intersect(_otherRoundings).Any())
        {
            return false;
        }

        return code switch
        {
            ["cvt", "f64", "f32"] => true,
            ["cvt", var rounding, var to, _] => rounding == "rn" || (rounding is "rzi" or "rni" && !IsFloat(to)),
            _ => _exact.Contains(code[0]) || (_rounded.Contains(code[0]) && code.Contains("rn")),
        };
    }

    private static string? Float64(string text, Allowance allowed)
    {
        if (allowed.Use == Float64Use.Arithmetic)
        {
            return null;
        }

        // Registers and parameters are declared by directives, which the instructions do not have.
        if (allowed.Use == Float64Use.None)
        {
            return TextRule.Line(text, Regex.Match(text, @"\.f64\b"));
        }

        return Instructions(text).FirstOrDefault(i => i.Contains("f64")
            && i is not (["ld", "global", ..] or ["mov", ..] or ["cvt", "rn", "f32", "f64"])) is { } found
                ? string.Join('.', found) : null;
    }

    [GeneratedRegex(@"^\s*(@!?%p\d+\s+)?(?<code>[a-z]\w*(\.\w+)*)", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^(f|bf|tf)\d+(x2)?$")]
    private static partial Regex FloatType();
}
