// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Privacy.Ledger;

/// <summary>
/// How far a ledger has come, in one line that can be kept elsewhere: on paper, in a round's receipt, at the other hospitals.
/// A ledger that was rolled back does not contain it.
/// </summary>
/// <param name="Sequence">Number of the last entry; 0 if there is none.</param>
/// <param name="Digest">SHA-256 of its line, and through the chain of everything before it; 64 lower-case hex digits.</param>
public sealed record LedgerHead(long Sequence, string Digest)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="DataFormatException">Not a number, a colon and 64 lower-case hex digits.</exception>
    public static LedgerHead Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            && IsDigest(parts[1])
            ? new LedgerHead(sequence, parts[1])
            : throw new DataFormatException(
                $"A ledger's head is NUMBER:SHA256 with 64 lower-case hex digits; got '{text[..Math.Min(text.Length, 100)]}'.");
    }

    /// <summary>NUMBER:SHA256.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Digest}");

    internal static bool IsDigest(string text) =>
        text.Length == 64 && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
}
