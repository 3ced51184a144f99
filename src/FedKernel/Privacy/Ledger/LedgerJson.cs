// SPDX-License-Identifier: Apache-2.0
// The three objects of a ledger's files. There is one way to write each: what is read is written again and must give the same
// bytes, which refuses unknown and repeated fields, other orders, other spellings of numbers and values out of range at once.
using System.Globalization;
using System.Text.Json;

namespace FedKernel.Privacy.Ledger;

/// <summary>The first line of a ledger.</summary>
/// <param name="Subject">The data set.</param>
/// <param name="Budget">What may be spent on it.</param>
/// <param name="Created">UTC.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo of whoever signs.</param>
internal sealed record LedgerHeader(string Subject, PrivacyBudget Budget, DateTimeOffset Created, byte[] PublicKey);

/// <summary>How much of a ledger was confirmed on disk.</summary>
/// <param name="Head">The last entry.</param>
/// <param name="Length">Where its line ends in the file, in bytes.</param>
internal sealed record ConfirmedHead(LedgerHead Head, long Length);

/// <summary>Canonical JSON of what a ledger's files hold.</summary>
internal static class LedgerJson
{
    private const string Format = "fedkernel-privacy-ledger", TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private const int Version = 1;

    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = (2 * PrivacyEventJson.MaximumDepth) + 2 };

    public static byte[] Write(LedgerHeader header) => Write(json =>
    {
        json.WriteString("format", Format);
        json.WriteNumber("version", Version);
        json.WriteString("subject", LedgerText.Checked(header.Subject));
        json.WriteNumber("epsilon", header.Budget.Epsilon);
        json.WriteNumber("delta", header.Budget.Delta);
        json.WriteString("unit", header.Budget.Unit.ToString());
        json.WriteString("relation", header.Budget.Relation.ToString());
        json.WriteString("created", Text(header.Created));
        json.WriteString("public_key", Convert.ToHexStringLower(header.PublicKey));
    });

    public static byte[] Write(LedgerEntry entry, string previous) => Write(json =>
    {
        json.WriteNumber("sequence", entry.Sequence);
        json.WriteString("time", Text(entry.Time));
        json.WriteString("type", Name(entry.Type));
        json.WriteString("kind", Name(entry.Kind));
        json.WriteString("purpose", LedgerText.Checked(entry.Purpose));
        if (entry.Type == LedgerEntryType.Charge)
        {
            Throw.IfNotInRange(entry.Count, 1, EventCounts.MaximumCount);
            json.WriteNumber("count", entry.Count);
            json.WritePropertyName("event");
            PrivacyEventJson.Write(json, entry.Event!);
        }
        else
        {
            json.WriteString("reason", LedgerText.Checked(entry.Reason!));
        }

        json.WriteString("previous", previous);
    });

    public static byte[] Write(ConfirmedHead head) => Write(json =>
    {
        json.WriteString("format", Format + "-head");
        json.WriteNumber("version", Version);
        json.WriteNumber("sequence", head.Head.Sequence);
        json.WriteString("digest", head.Head.Digest);
        json.WriteNumber("length", head.Length);
    });

    /// <exception cref="FormatException">Not a header as it is written here.</exception>
    public static LedgerHeader ReadHeader(byte[] body) => Read(
        body,
        json => IsFormat(json, Format)
            ? new LedgerHeader(
                String(json, "subject"),
                new PrivacyBudget(
                    json.GetProperty("epsilon").GetDouble(),
                    json.GetProperty("delta").GetDouble(),
                    Enum.Parse<PrivacyUnit>(String(json, "unit")),
                    Enum.Parse<NeighbouringRelation>(String(json, "relation"))),
                Time(json, "created"),
                Convert.FromHexString(String(json, "public_key")))
            : throw new FormatException($"not a '{Format}' of version {Version}"),
        Write);

    /// <exception cref="FormatException">Not an entry as it is written here.</exception>
    public static (LedgerEntry Entry, string Previous) ReadEntry(byte[] body) => Read(
        body,
        json =>
        {
            LedgerEntryType type = Enum.Parse<LedgerEntryType>(String(json, "type"));
            bool charge = type == LedgerEntryType.Charge;
            return (new LedgerEntry(
                json.GetProperty("sequence").GetInt64(),
                Time(json, "time"),
                type,
                Enum.Parse<ReleaseKind>(String(json, "kind")),
                String(json, "purpose"),
                charge ? PrivacyEventJson.Read(json.GetProperty("event")) : null,
                charge ? json.GetProperty("count").GetInt64() : 0,
                charge ? null : String(json, "reason")), String(json, "previous"));
        },
        read => Write(read.Item1, read.Item2));

    /// <exception cref="FormatException">Not a head as it is written here.</exception>
    public static ConfirmedHead ReadHead(byte[] body) => Read(
        body,
        json => IsFormat(json, Format + "-head")
            ? new ConfirmedHead(
                new LedgerHead(json.GetProperty("sequence").GetInt64(), String(json, "digest")), json.GetProperty("length").GetInt64())
            : throw new FormatException($"not the head of a '{Format}' of version {Version}"),
        Write);

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return memory.ToArray();
    }

    private static T Read<T>(byte[] body, Func<JsonElement, T> build, Func<T, byte[]> write)
    {
        try
        {
            using var document = JsonDocument.Parse(body, _strict);
            T value = build(document.RootElement);
            return write(value).AsSpan().SequenceEqual(body)
                ? value
                : throw new FormatException("not written as a ledger writes it: a field is unknown, repeated, out of order or spelt otherwise");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static bool IsFormat(JsonElement json, string format) =>
        String(json, "format") == format && json.GetProperty("version").GetInt32() == Version;

    private static string String(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");

    private static string Name<T>(T value)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value.ToString() : throw new ArgumentOutOfRangeException(nameof(value), value, $"Unknown {typeof(T).Name}.");

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonElement json, string name) => DateTimeOffset.ParseExact(
        String(json, name), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
