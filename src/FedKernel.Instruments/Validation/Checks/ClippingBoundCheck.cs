// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>
/// The exact norm after clipping is at most C: one-sided, because privacy breaks on one side. An error of one ulp the other way
/// costs a little accuracy and nobody's privacy.
/// </summary>
internal sealed class ClippingBoundCheck() : Check("bounds.clipping", ValidationLevel.Quick, 1)
{
    public override CheckResult Run(CheckContext context)
    {
        int trials = context.Level == ValidationLevel.Quick ? 40 : 400;
        var random = new SimulationRandom(new SimulationSeed(context.Seed), 2);
        long done = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            double scale = Math.ScaleB(1, random.NextBelow(60) - 30);
            float[] x = [.. Enumerable.Range(0, 1 + random.NextBelow(700)).Select(_ => (float)(scale * random.NextNormal()))];
            using DeviceBuffer<float> buffer = context.Device.Upload<float>(x);
            double norm2 = context.Device.Reduce(buffer, new SquaredL2Norm());
            double bound = Math.Sqrt(norm2) * (trial % 3 == 0 ? 1 : random.NextUniform());
            if (!(bound > 1e-20) || !double.IsFinite(norm2) || norm2 < 0)
            {
                return context.Result(this, Verdict.Fail, $"the squared norm of {x.Length} finite values is {norm2}") with { WorkDone = done };
            }

            context.Device.Map(buffer, buffer, new ClipAndScale(norm2, bound));
            float[] clipped = buffer.ToArray();
            string? breach = Breach(clipped, bound) ?? Loss(x, clipped, bound);
            if (breach is not null)
            {
                return context.Result(this, Verdict.Fail, $"vector {trial} of {x.Length} values, C = {bound:r}: {breach}") with { WorkDone = done };
            }

            done += x.Length;
        }

        return context.Result(this, Verdict.Pass) with { WorkDone = done, MinWork = 10L * trials };
    }

    /// <summary>Why the exact norm of a vector is not at most a bound; null if it is.</summary>
    internal static string? Breach(float[] x, double bound)
    {
        if (x.Any(v => !float.IsFinite(v)))
        {
            return "a clipped value is not finite";
        }

        BigInteger norm2 = 0;
        foreach (float v in x)
        {
            BigInteger scaled = Scaled(v);
            norm2 += scaled * scaled;
        }

        BigInteger limit = Scaled(bound);
        return norm2 > limit * limit ? $"the norm after clipping lies above C by {Math.Exp((BigInteger.Log(norm2) / 2) - BigInteger.Log(limit)) - 1:0.0e+0} of it" : null;
    }

    // Zeros have a small norm too: what was not written, or lost, must show as well.
    private static string? Loss(float[] x, float[] clipped, double bound)
    {
        double before = Math.Sqrt(x.Sum(v => (double)v * v)), factor = Math.Min(1, bound / before);
        for (int i = 0; i < x.Length; i++)
        {
            double exact = factor * x[i];
            if (Math.Abs(clipped[i] - exact) > 1e-6 * Math.Abs(exact))
            {
                return $"value {i} is {clipped[i]:r}, {exact:r} was due";
            }
        }

        return null;
    }

    // Doubles here are float32 or not below 2⁻¹⁰⁰: a multiple of 2⁻²⁰⁰ up to the last bits of a bound, which are cut off.
    private static BigInteger Scaled(double value)
    {
        double magnitude = Math.Abs(value);
        int exponent = magnitude == 0 ? 0 : Math.ILogB(magnitude);
        long mantissa = (long)Math.ScaleB(magnitude, 52 - exponent);
        int shift = exponent - 52 + 250;
        return shift >= 0 ? (BigInteger)mantissa << shift : (BigInteger)mantissa >> -shift;
    }
}
