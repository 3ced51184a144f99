// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Compression;

/// <summary>Numbers in the canonical text of a stage: the shortest digits that give the number back, and no '+', which joins stages.</summary>
internal static class StageNumber
{
    public static string Text(float value) => WithoutPlus(value.ToString("R", CultureInfo.InvariantCulture));

    public static string Text(double value) => WithoutPlus(value.ToString("R", CultureInfo.InvariantCulture));

    private static string WithoutPlus(string text) => text.Replace("+", "", StringComparison.Ordinal);
}
