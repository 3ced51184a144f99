// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace FedKernel.Gpu;

/// <summary>
/// OpenCL C in which integers wrap. ILGPU writes every sum, difference, product and left shift of uint as one of int, whose overflow C
/// leaves undefined: a compiler may then take the sign of a product for that of its factors. PoCL 3.1 does (a Philox word and its sign).
/// </summary>
internal static partial class Wrapping
{
    /// <summary>The same operations on the unsigned type, whose overflow is defined.</summary>
    public static string OpenCl(string source) => Signed().Replace(source, "($1)((u$1) $2 $3  (u$1)$4)");

    [GeneratedRegex(@"\((int|long)\)\(\(\1\) (\S+) ([+*-]|<<)  \(\1\)([^\s()]+)\)")]
    private static partial Regex Signed();
}
