// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary>Many questions from a file. All are read and checked before the first is answered.</summary>
internal static class PrivacyBatch
{
    private const long MostBytes = 16 << 20;
    private const int MostRecords = 100_000;

    /// <summary>Answers on all cores, and adds a record each, in the order of the file, to the report.</summary>
    public static void Run(VerbContext context, string path, NeighbouringRelation relation)
    {
        IReadOnlyList<PrivacyQuestion> questions = Read(path, relation);
        var watch = Stopwatch.StartNew();
        PrivacyAnswer[] answers = [.. questions.Select((question, index) => (question, index)).AsParallel().AsOrdered()
            .Select(q => Answer(q.question, q.index)).AsSequential().Select(a => a.Answer ?? throw a.Error!)];
        for (int i = 0; i < answers.Length; i++)
        {
            Add(context, questions[i], answers[i]);
        }

        context.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{answers.Length} records answered in {watch.Elapsed.TotalSeconds:F1} s."));
    }

    /// <summary>The questions of a file.</summary>
    /// <exception cref="DataFormatException">Not a list of such records: which one, what it says, what is allowed.</exception>
    public static IReadOnlyList<PrivacyQuestion> Read(string path, NeighbouringRelation relation)
    {
        if (Directory.Exists(path))
        {
            throw new DataFormatException($"'{path}' is a folder; a batch is a file with a JSON list of records.");
        }

        long length = new FileInfo(path).Length;
        if (length > MostBytes)
        {
            throw new DataFormatException($"'{path}' has {length} bytes; a batch has at most {MostBytes}.");
        }

        using JsonDocument document = Parse(path);
        if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() is 0 or > MostRecords)
        {
            throw new DataFormatException($"'{path}' must be a JSON list of 1 to {MostRecords} records.");
        }

        return [.. document.RootElement.EnumerateArray().Select((record, index) => ReadRecord(record, index, relation))];
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            ReadOnlyMemory<byte> json = File.ReadAllBytes(path);
            // Some editors write a byte order mark, which is no part of JSON.
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            json = json.Span.StartsWith(mark) ? json[mark.Length..] : json;
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: half of a surrogate pair in a name, met where names are compared.
            throw new DataFormatException($"'{path}' is not JSON: {e.Message}");
        }
    }

    private static PrivacyQuestion ReadRecord(JsonElement record, int index, NeighbouringRelation relation)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            throw new DataFormatException(
                $"Record {index} must be an object with noise_multiplier, sampling_probability, steps and delta.");
        }

        double noise = Number(
            "noise_multiplier",
            z => z is >= PrivacyOptions.LeastNoise and <= PrivacyOptions.MostNoise,
            $"[{PrivacyOptions.LeastNoise}, {PrivacyOptions.MostNoise}]");
        double q = Number("sampling_probability", q => q >= PrivacyOptions.LeastProbability && q <= 1, $"[{PrivacyOptions.LeastProbability}, 1]");
        double steps = Number(
            "steps", t => t is >= 1 and <= PrivacyOptions.MostSteps && t == Math.Floor(t), $"[1, {PrivacyOptions.MostSteps}], a whole number");
        double delta = Number("delta", d => d is > 0 and < 1, "(0, 1)");
        return new PrivacyQuestion(noise, q, (long)steps, delta, relation, "example");

        double Number(string name, Func<double, bool> isAllowed, string range)
        {
            if (!record.TryGetProperty(name, out JsonElement element))
            {
                throw new DataFormatException($"Record {index} has no '{name}', in {range}.");
            }

            return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && isAllowed(value)
                ? value
                : throw new DataFormatException($"Record {index}: '{name}' must lie in {range}; got {Shortened(element.GetRawText())}.");
        }
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");

    /// <summary>An error is carried back instead of thrown: on another thread it would come out wrapped.</summary>
    private static (PrivacyAnswer? Answer, Exception? Error) Answer(PrivacyQuestion question, int index)
    {
        try
        {
            return (question.Answer(), null);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return (null, new DataFormatException($"Record {index}: {e.Message}", e));
        }
    }

    private static void Add(VerbContext context, PrivacyQuestion question, PrivacyAnswer answer)
    {
        var fields = new List<(string, double)>
        {
            ("noise_multiplier", question.NoiseMultiplier),
            ("sampling_probability", question.SamplingProbability),
            ("steps", question.Steps),
            ("delta", question.Delta),
        };
        if (answer.By("RDP") is MethodAnswer rdp)
        {
            fields.Add(("rdp", rdp.Upper));
        }

        if (answer.By("PLD") is MethodAnswer pld)
        {
            fields.Add(("pld_lower", pld.Lower));
            fields.Add(("pld_upper", pld.Upper));
        }

        if (answer.By("exact Gaussian") is MethodAnswer exact)
        {
            fields.Add(("exact", exact.Upper));
        }

        context.Json.AddRecord("privacy.batch.epsilon", answer.Bracket.Upper, "1", fields);
    }
}
