// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>How far a result lies from its reference, in units in the last place of float32.</summary>
internal static class UlpDistance
{
    /// <summary>0 for the same bits, and for two NaN; infinity where one is NaN or infinite and the other is not.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">What the device gave.</param>
    /// <param name="magnitude">
    /// The largest intermediate value: a sum that cancels has an error of its terms' size, not of its own.
    /// </param>
    public static double Between(double expected, double actual, double magnitude = 0)
    {
        if (BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual)
            || (double.IsNaN(expected) && double.IsNaN(actual)))
        {
            return 0;
        }

        if (!double.IsFinite(expected) || !double.IsFinite(actual))
        {
            return double.PositiveInfinity;
        }

        // +0 and -0 are equal as numbers and still other bits: the smallest distance that is not none.
        double unit = Unit(Math.Max(Math.Abs(magnitude), Math.Max(Math.Abs(expected), Math.Abs(actual))));
        return Math.Max(Math.Abs(expected - actual) / unit, double.Epsilon);
    }

    private static double Unit(double magnitude)
    {
        float m = (float)Math.Min(magnitude, float.MaxValue);
        return m == float.MaxValue ? m - (double)MathF.BitDecrement(m) : MathF.BitIncrement(m) - (double)m;
    }
}
