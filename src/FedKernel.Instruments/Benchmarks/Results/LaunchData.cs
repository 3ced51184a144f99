// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Serialization;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>A limit as it travels: what its loop moves.</summary>
/// <param name="Name">Name of its samples.</param>
/// <param name="BytesMoved">Bytes of one call.</param>
/// <param name="Of">Traffic that it limits.</param>
/// <param name="OneThread">True if it ran on one thread of several.</param>
internal sealed record LimitDescription(string Name, double BytesMoved, IReadOnlyList<Limits.Traffic> Of, bool OneThread);

/// <summary>Everything that one launch of the process has measured; also the file of <c>--raw</c>.</summary>
internal sealed record LaunchData
{
    /// <summary>Name of the control: the same work twice.</summary>
    public const string ControlA = "control.a", ControlB = "control.b";

    private static readonly JsonSerializerOptions _format = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public required string DeviceId { get; init; }

    public required IReadOnlyList<CaseDescription> Cases { get; init; }

    public required IReadOnlyList<LimitDescription> Limits { get; init; }

    public required IReadOnlyList<CaseSamples> Samples { get; init; }

    /// <summary>Findings by case.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<Finding>> Findings { get; init; }

    /// <summary>Cases that are not there, each with the reason.</summary>
    public required IReadOnlyDictionary<string, string> Skipped { get; init; }

    /// <summary>What a reader of the numbers must know: compiler, pages, sizes.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Processors that other processes used in the mean.</summary>
    public double OthersLoad { get; init; }

    /// <summary>True if everything fits the last cache: numbers then say nothing about memory and no bar is judged.</summary>
    public bool InCache { get; init; }

    /// <summary>True if an error or a size missed its bar: no noise of the machine excuses that.</summary>
    [JsonIgnore]
    public bool HasBrokenBound => Findings.Values.Any(found => found.Any(f => f.Pass == false));

    public CaseSamples? Find(string name) => Samples.FirstOrDefault(s => s.Name == name);

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, _format));

    /// <exception cref="DataFormatException">The file is not of this kind.</exception>
    public static LaunchData Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LaunchData>(File.ReadAllBytes(path), _format)
                ?? throw new DataFormatException($"'{path}' holds no samples.");
        }
        catch (JsonException e)
        {
            throw new DataFormatException($"'{path}' holds no samples: {e.Message}", e);
        }
    }
}
