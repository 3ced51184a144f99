// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Compression.Pipelines;

/// <summary>The parameters behind a stage's word, as text: 0.01,64. Every error names the stage and what is allowed.</summary>
internal sealed class StageArguments
{
    private readonly string[] _values;
    private readonly string _usage;

    public StageArguments(string stage, string? values, string usage)
    {
        Stage = stage;
        _values = values is null ? [] : values.Split(',');
        _usage = usage;
    }

    /// <summary>The stage as it was written.</summary>
    public string Stage { get; }

    /// <summary>How many there are.</summary>
    public int Count => _values.Length;

    /// <summary>A parameter as it was written.</summary>
    public string Text(int index) => _values[index];

    /// <summary>Refuses another number of parameters.</summary>
    public void Require(int least, int most)
    {
        if (Count < least || Count > most)
        {
            throw Refused(least == most ? $"it has {Count} parameters, wanted are {least}" : $"it has {Count} parameters, wanted are {least} to {most}");
        }
    }

    /// <summary>A whole number in a range.</summary>
    public int Whole(int index, int least, int greatest)
    {
        string text = _values[index];
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= greatest
            ? value
            : throw Refused($"'{text}' is no whole number in [{least}, {greatest}]");
    }

    /// <summary>Elements that share a scale: a power of two in [32, 4096]; the usual number if there is no such parameter.</summary>
    public int BlockSize(int index, int usual)
    {
        int size = index < Count ? Whole(index, 32, 4096) : usual;
        return int.IsPow2(size) ? size : throw Refused($"'{size}' is no power of two in [32, 4096]");
    }

    /// <summary>True if the parameter is there, which must then be this word.</summary>
    public bool IsFlagged(int index, string word)
    {
        if (index < Count && _values[index] != word)
        {
            throw Refused($"'{_values[index]}' is not '{word}'");
        }

        return index < Count;
    }

    /// <summary>A fraction in (0, 1].</summary>
    public double Fraction(int index) => Number(index, value => value is > 0 and <= 1, "in (0, 1]");

    /// <summary>A number above 0 that float32 holds.</summary>
    public double Positive(int index) => Number(index, value => (float)value > 0 && float.IsFinite((float)value), "above 0 that float32 holds");

    /// <summary>A number that a test lets pass.</summary>
    public double Number(int index, Func<double, bool> allows, string allowed)
    {
        string text = _values[index];
        return double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) && allows(value)
            ? value
            : throw Refused($"'{text}' is no number {allowed}");
    }

    public ArgumentException Refused(string why) => new($"The stage '{Stage}' is not valid: {why}. It is written {_usage}.");
}
