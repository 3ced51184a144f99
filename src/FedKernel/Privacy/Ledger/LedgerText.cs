// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;

namespace FedKernel.Privacy.Ledger;

/// <summary>What people write into a ledger: short, and nothing that a terminal would obey.</summary>
internal static class LedgerText
{
    public const int MaximumLength = 256;

    /// <summary>The text, if it may stand in a ledger.</summary>
    /// <exception cref="ArgumentException">Empty, longer than 256 characters, with control characters, or no Unicode text.</exception>
    public static string Checked(string text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaximumLength)
        {
            throw new ArgumentException(
                $"A text of the ledger has 1 to {MaximumLength} characters, not only spaces; got {text?.Length ?? 0}.", nameof(text));
        }

        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int length) != OperationStatus.Done || Rune.IsControl(rune)
                || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format)
            {
                throw new ArgumentException(
                    $"A text of the ledger is Unicode without control and format characters; character {text.Length - rest.Length} is U+{(int)rest[0]:X4}.",
                    nameof(text));
            }

            rest = rest[length..];
        }

        return text;
    }
}
