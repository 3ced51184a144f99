// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace FedKernel.Gpu;

/// <summary>
/// Kernel text in which a product and a sum stay two roundings. Compilers of PTX and of OpenCL C may fuse them unless told not
/// to, and then the bits would be those of the device.
/// </summary>
internal static partial class Unfused
{
    /// <summary>An explicit rounding mode on every product, sum and difference: ptxas fuses only those without one.</summary>
    public static string Ptx(string text) => Unrounded().Replace(text, "$1.rn.$2");

    /// <summary>OpenCL C has a switch for it, which is on unless turned off.</summary>
    public static string OpenCl(string source) => "#pragma OPENCL FP_CONTRACT OFF\n" + source;

    [GeneratedRegex(@"\b(mul|add|sub)\.(f32|f64)\b")]
    private static partial Regex Unrounded();
}
