// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace FedKernel.Tests.Instruments;

/// <summary>The part of JSON Schema that the published schema uses; an unknown keyword is an error, not a pass.</summary>
internal static class JsonSchema
{
    private static readonly string[] _known =
        ["$schema", "title", "type", "required", "properties", "additionalProperties", "items", "enum"];

    /// <summary>Everything that breaks the schema, as "path: what".</summary>
    public static IEnumerable<string> Errors(JsonElement schema, JsonElement value, string path = "$")
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!_known.Contains(keyword.Name))
            {
                yield return $"{path}: the schema has '{keyword.Name}', which this reader does not know";
            }
        }

        if (schema.TryGetProperty("type", out JsonElement type) && !Types(type).Contains(TypeOf(value)) && !(Types(type).Contains("number") && TypeOf(value) == "integer"))
        {
            yield return $"{path}: is {TypeOf(value)}, not {type}";
        }

        if (schema.TryGetProperty("enum", out JsonElement choices) && !choices.EnumerateArray().Any(c => c.ToString() == value.ToString()))
        {
            yield return $"{path}: '{value}' is none of {choices}";
        }

        IEnumerable<string> inner = value.ValueKind switch
        {
            JsonValueKind.Object => OfObject(schema, value, path),
            JsonValueKind.Array when schema.TryGetProperty("items", out JsonElement items) =>
                value.EnumerateArray().SelectMany((v, i) => Errors(items, v, $"{path}[{i}]")),
            _ => [],
        };
        foreach (string error in inner)
        {
            yield return error;
        }
    }

    private static IEnumerable<string> OfObject(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("required", out JsonElement required))
        {
            foreach (JsonElement name in required.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)))
            {
                yield return $"{path}: lacks '{name}'";
            }
        }

        bool closed = schema.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind == JsonValueKind.False;
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(property.Name, out JsonElement inner))
            {
                foreach (string error in Errors(inner, property.Value, $"{path}.{property.Name}"))
                {
                    yield return error;
                }
            }
            else if (closed)
            {
                yield return $"{path}: has '{property.Name}', which the schema does not name";
            }
        }
    }

    private static string[] Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "array",
        _ => "object",
    };
}
