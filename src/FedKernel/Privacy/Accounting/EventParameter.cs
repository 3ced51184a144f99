// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>The ranges of the numbers in events: an event that says nonsense is never constructed.</summary>
internal static class EventParameter
{
    /// <summary>Far above the denormal numbers: on a q among those, accounting does not end.</summary>
    public const double LeastSamplingProbability = 1e-300;

    /// <summary>(0, ∞)</summary>
    public static double Positive(double value, string name) =>
        value > 0 && value <= double.MaxValue ? value : throw Outside(name, value, "(0, ∞)");

    /// <summary>[0, ∞)</summary>
    public static double NotNegative(double value, string name) =>
        value >= 0 && value <= double.MaxValue ? value : throw Outside(name, value, "[0, ∞)");

    /// <summary>[10⁻³⁰⁰, 1]</summary>
    public static double SamplingProbability(double value, string name) =>
        value >= LeastSamplingProbability && value <= 1 ? value : throw Outside(name, value, "[1E-300, 1]");

    /// <summary>[0, 1]</summary>
    public static double Mass(double value, string name) =>
        value >= 0 && value <= 1 ? value : throw Outside(name, value, "[0, 1]");

    /// <summary>(0, 1): the δ of a question.</summary>
    public static double Delta(double value) =>
        value > 0 && value < 1 ? value : throw Outside("delta", value, "(0, 1)");

    /// <summary>[1, greatest]</summary>
    public static long Count(long value, long greatest, string name)
    {
        Throw.IfNotInRange(value, 1, greatest, name);
        return value;
    }

    /// <summary>One of the relations there are.</summary>
    public static NeighbouringRelation Known(NeighbouringRelation value, string name) =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, "Unknown relation.");

    /// <summary>Not null.</summary>
    public static PrivacyEvent Present(PrivacyEvent? value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }

    private static ArgumentOutOfRangeException Outside(string name, double value, string range) =>
        new(name, value, $"Must lie in {range}.");
}
