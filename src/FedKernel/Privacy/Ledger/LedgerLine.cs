// SPDX-License-Identifier: Apache-2.0
// A line: a JSON object in ASCII whose last field is the signature, and a newline.
//   {…,"signature":"<128 hex digits>"}\n      ECDSA over P-256 with SHA-256 (FIPS 186-5), r and s as 32 bytes each, of {…}
// What is signed is the text itself, so that no two readers can take it for different things.
using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace FedKernel.Privacy.Ledger;

/// <summary>Signed lines.</summary>
internal static class LedgerLine
{
    /// <summary>No line is longer: 64 KiB, its newline included.</summary>
    public const int MaximumLength = 1 << 16;

    private const int SignatureDigits = 128;

    private static readonly SearchValues<byte> _hexDigits = SearchValues.Create("0123456789abcdef"u8);

    // What every SubjectPublicKeyInfo of an uncompressed point of P-256 begins with (RFC 5480).
    private static readonly byte[] _prefixOfP256 = Convert.FromHexString("3059301306072A8648CE3D020106082A8648CE3D030107034200");

    private static ReadOnlySpan<byte> Before => ",\"signature\":\""u8;

    private static ReadOnlySpan<byte> After => "\"}\n"u8;

    private static int SuffixLength => Before.Length + SignatureDigits + After.Length;

    /// <summary>Signs an object.</summary>
    /// <param name="body">The object, without signature.</param>
    /// <param name="key">With the private part.</param>
    /// <exception cref="ArgumentException">The line would be too long.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> body, ECDsa key)
    {
        if (body.Length - 1 + SuffixLength > MaximumLength)
        {
            throw new ArgumentException(
                $"The entry takes {body.Length - 1 + SuffixLength} bytes; a line of the ledger has at most {MaximumLength}.", nameof(body));
        }

        byte[] signature = key.SignData(body, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return [.. body[..^1], .. Before, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(signature)), .. After];
    }

    /// <summary>Takes a line apart.</summary>
    /// <param name="line">With its newline.</param>
    /// <param name="body">The object, without signature.</param>
    /// <param name="signature">64 bytes.</param>
    /// <returns>False if it has no signature at its end.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, out byte[] body, out byte[] signature)
    {
        (body, signature) = ([], []);
        if (line.Length <= SuffixLength || !line.EndsWith(After))
        {
            return false;
        }

        ReadOnlySpan<byte> suffix = line[^SuffixLength..];
        ReadOnlySpan<byte> digits = suffix.Slice(Before.Length, SignatureDigits);
        if (!suffix.StartsWith(Before) || digits.ContainsAnyExcept(_hexDigits))
        {
            return false;
        }

        body = [.. line[..^SuffixLength], (byte)'}'];
        signature = Convert.FromHexString(Encoding.ASCII.GetString(digits));
        return true;
    }

    /// <summary>True if the key signed the object.</summary>
    public static bool IsSigned(ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature, ECDsa key) =>
        key.VerifyData(body, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>SHA-256 of a line, in hex: the link of the chain.</summary>
    public static string Digest(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    /// <summary>The public part of a key as it stands in a ledger.</summary>
    /// <exception cref="ArgumentException">The key is of another kind or curve, or its private part is not here.</exception>
    public static byte[] PublicKeyOf(ECDsa key)
    {
        try
        {
            byte[] info = key.ExportSubjectPublicKeyInfo();
            _ = key.SignHash(new byte[SHA256.HashSizeInBytes]);
            return IsP256(info) ? info : throw new ArgumentException("A ledger is signed with ECDSA over P-256; this is another curve.", nameof(key));
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"The key cannot sign: {e.Message}", nameof(key), e);
        }
    }

    /// <summary>A key that can verify, or null if these bytes are none over P-256.</summary>
    public static ECDsa? ImportPublicKey(byte[] info)
    {
        if (!IsP256(info))
        {
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(info, out _);
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    private static bool IsP256(ReadOnlySpan<byte> info) => info.Length == _prefixOfP256.Length + 65 && info.StartsWith(_prefixOfP256);
}
