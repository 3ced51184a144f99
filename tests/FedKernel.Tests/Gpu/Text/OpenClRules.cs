// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>The rules for OpenCL C, as ILGPU writes it: three-address code, pointers only under names of types.</summary>
internal static partial class OpenClRules
{
    private const string NoFusion = "#pragma OPENCL FP_CONTRACT OFF\n";

    private static readonly string[] _functions =
    [
        "if", "as_float", "as_int", "as_long", "as_double", "fabs", "sqrt", "min", "max", "isfinite", "isnan", "isinf",
        "get_local_size", "get_local_id", "get_group_id", "get_num_groups",
    ];

    public static IReadOnlyList<TextRule> All { get; } =
    [
        new("one kernel", (text, _) => Regex.Count(text, @"^kernel void ", RegexOptions.Multiline) == 1 ? null : "not one kernel"),
        new("no fusion", (text, _) => text.StartsWith(NoFusion, StringComparison.Ordinal) && Regex.Count(text, "FP_CONTRACT") == 1
            ? null : "not turned off once, in the first line"),
        new("accesses of 16 bytes", (text, allowed) => TextRule.Accesses([.. Accesses(text)], allowed)),
        TextRule.Without("integers that wrap", @"\((int|long)\)\(\(\1\) \S+ ([+*-]|<<) "),
        TextRule.Without("whole elements", @"->|\(\s*\*\s*var\d+\s*\)\s*\.|\bvar\d+\s*\[[^\]]*\]\s*(\.|=)"),
        TextRule.Without(
            "named address space", @"(?<!\bglobal )(?<!\bglobal struct )\b[A-Za-z]\w*\*|\b(__)?(generic|private|constant)\b|\bto_(global|local|private)\b"),
        new("float64 where declared", Float64),
        new("known functions", (text, _) => Called().Matches(text).Select(m => m.Groups["name"].Value)
            .FirstOrDefault(n => !_functions.Contains(n) && !n.StartsWith("Kernel_", StringComparison.Ordinal))),
        TextRule.Without("no local memory", @"\b(__)?local\b|^\s*(struct )?\w+ var\d+\s*\["),
        TextRule.Without("threads by themselves", @"\batom(ic)?_|\w*barrier\b|\w*_fence\b|\b(sub|work)_group_"),
    ];

    /// <summary>What each dereferenced variable points at: typedef global struct type_1* type_2; type_2 var3; var4 = * var3.</summary>
    private static IEnumerable<(bool Store, int Bytes)> Accesses(string text)
    {
        Dictionary<string, int> structs = Struct().Matches(text).ToDictionary(
            m => m.Groups["name"].Value, m => Field().Matches(m.Groups["body"].Value).Sum(f => Size(f.Groups["type"].Value)));
        Dictionary<string, int> pointees = Pointer().Matches(text).ToDictionary(
            m => m.Groups["name"].Value,
            m => structs.TryGetValue(m.Groups["type"].Value, out int size) ? size : Size(m.Groups["type"].Value));
        Dictionary<string, string> types = Variable().Matches(text)
            .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["type"].Value);
        return Dereference().Matches(text).Select(m => (m.Groups["store"].Success, pointees[types[m.Groups["name"].Value]]));
    }

    private static int Size(string type) => type switch
    {
        "char" or "uchar" => 1,
        "short" or "ushort" => 2,
        "int" or "uint" or "float" => 4,
        "long" or "ulong" or "double" => 8,
        _ => 0,
    };

    private static string? Float64(string text, Allowance allowed) => allowed.Use switch
    {
        Float64Use.Arithmetic => null,

        // A number without an f is a double, and so is what it is joined with.
        Float64Use.None => TextRule.Line(text, Regex.Match(text, @"\bdouble\b|(?<![\w.])\d+\.\d+(E[+-]?\d+)?(?![\w.])")),

        // (float)(double) var is the rounding; (double)(… is an operation.
        _ => TextRule.Line(text, Regex.Match(text, @"\(double\)\s*\(|(?<![\w.])\d+\.\d+(E[+-]?\d+)?(?![\w.])")),
    };

    [GeneratedRegex(@"^struct (?<name>\w+)\s*\{(?<body>[^}]*)\}", RegexOptions.Multiline)]
    private static partial Regex Struct();

    [GeneratedRegex(@"(?<type>\w+) field_\d+;")]
    private static partial Regex Field();

    [GeneratedRegex(@"^typedef global (struct )?(?<type>\w+)\* (?<name>\w+);", RegexOptions.Multiline)]
    private static partial Regex Pointer();

    [GeneratedRegex(@"^\s*(?<type>\w+) (?<name>var\d+);", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<=^|[=;])\s*\*\s*(?<name>var\d+)(?<store>\s*=)?", RegexOptions.Multiline)]
    private static partial Regex Dereference();

    [GeneratedRegex(@"\b(?<name>[A-Za-z_]\w*)\s*\(")]
    private static partial Regex Called();
}
