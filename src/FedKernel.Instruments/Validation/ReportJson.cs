// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FedKernel.Instruments.Validation;

/// <summary>How results are written as JSON: on a pipe in one line, in a file indented.</summary>
internal static class ReportJson
{
    public static JsonSerializerOptions OneLine { get; } = Make(indented: false);

    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    private static JsonSerializerOptions Make(bool indented) => new()
    {
        WriteIndented = indented,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter<Verdict>(JsonNamingPolicy.SnakeCaseUpper) },
    };
}
