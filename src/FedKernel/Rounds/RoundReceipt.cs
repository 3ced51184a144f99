// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Devices;

namespace FedKernel.Rounds;

/// <summary>What became of one message.</summary>
/// <param name="ClientId">Who says to have sent it; empty if that could not be read.</param>
/// <param name="IsAccepted">True if the update is in the result.</param>
/// <param name="Reason">Why not: the value and the allowed range. Null if accepted.</param>
/// <param name="Weight">The weight it came with; 0 if that could not be read.</param>
/// <param name="Digest">SHA-256 of the message.</param>
public sealed record Submission(string ClientId, bool IsAccepted, string? Reason, double Weight, string Digest)
{
    /// <summary>Bytes of the message: what crossed the uplink.</summary>
    public long MessageBytes { get; init; }
}

/// <summary>
/// What an auditor needs to replay a round: with the accepted messages at hand, in any order and on any device, the exact mean
/// gives the same digest; where the server added noise, with its key at hand. The receipt of such a round names who came: it is
/// the operator's, and not covered by the noise.
/// </summary>
/// <param name="Round">Number of the round.</param>
/// <param name="PlanFingerprint">SHA-256 of the plan, in hex.</param>
/// <param name="Aggregation">How the updates became one.</param>
/// <param name="Accepted">The messages in the result, ordered by client id.</param>
/// <param name="Refused">The messages that are not, in order of arrival.</param>
/// <param name="TotalWeight">Σ w of the accepted; where the server added noise, the fixed denominator.</param>
/// <param name="ResultDigest">SHA-256 of the mean's float32 values, little-endian, in hex.</param>
public sealed record RoundReceipt(
    uint Round,
    string PlanFingerprint,
    AggregationKind Aggregation,
    IReadOnlyList<Submission> Accepted,
    IReadOnlyList<Submission> Refused,
    double TotalWeight,
    string ResultDigest)
{
    /// <summary>The receipt as one JSON object.</summary>
    public string ToJson()
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("round", Round);
            json.WriteString("plan", PlanFingerprint);
            json.WriteString("aggregation", Aggregation.ToString());
            json.WriteNumber("total_weight", TotalWeight);
            json.WriteString("result_sha256", ResultDigest);
            Write(json, "accepted", Accepted);
            Write(json, "refused", Refused);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(memory.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Submission> submissions)
    {
        json.WriteStartArray(name);
        foreach (Submission submission in submissions)
        {
            json.WriteStartObject();
            json.WriteString("client", submission.ClientId);
            if (double.IsFinite(submission.Weight))
            {
                json.WriteNumber("weight", submission.Weight);
            }

            json.WriteString("message_sha256", submission.Digest);
            json.WriteNumber("message_bytes", submission.MessageBytes);
            if (submission.Reason is not null)
            {
                json.WriteString("reason", submission.Reason);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>A finished round. Dispose of the mean when it was applied.</summary>
/// <param name="Mean">The weighted mean of the accepted updates, on the server's device.</param>
/// <param name="Receipt">What happened.</param>
public sealed record RoundResult(DeviceBuffer<float> Mean, RoundReceipt Receipt) : IDisposable
{
    /// <summary>Σ (b_i − ½) with noise, b_i = 1 for each update within the clipping bound; null if the plan asks for no count.</summary>
    public double? NoisedCentredCount { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Mean.Dispose();
}
