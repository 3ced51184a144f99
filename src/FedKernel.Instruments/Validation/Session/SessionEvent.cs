// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace FedKernel.Instruments.Validation.Session;

/// <summary>What the process of a device tells the one that watches it: one line of JSON each.</summary>
internal sealed record SessionEvent
{
    // No line of ours comes near; what a driver prints may.
    private const int MostCharacters = 1 << 20;

    /// <summary>A check begins.</summary>
    public string? Begin { get; init; }

    /// <summary>What it usually takes.</summary>
    public double Seconds { get; init; }

    /// <summary>A check has ended.</summary>
    public CheckResult? Result { get; init; }

    /// <summary>All have ended.</summary>
    public bool End { get; init; }

    public string ToLine() => JsonSerializer.Serialize(this, ReportJson.OneLine);

    /// <summary>The event of a line; null for whatever else a driver writes to standard output.</summary>
    public static SessionEvent? Parse(string line)
    {
        if (line.Length > MostCharacters || !line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<SessionEvent>(line, ReportJson.OneLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
