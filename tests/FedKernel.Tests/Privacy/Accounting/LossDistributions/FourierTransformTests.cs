// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting.LossDistributions;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting.LossDistributions;

public sealed class FourierTransformTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void Forward_AnySequence_IsTheDefinitionInBitReversedOrder(int levels)
    {
        int length = 1 << levels;
        (double[] real, double[] imaginary) = Sequence(length);
        double[] re = [.. real], im = [.. imaginary];
        FourierTransform transform = new(levels);
        transform.Forward(re, im);
        double total = real.Zip(imaginary, (a, b) => Math.Sqrt((a * a) + (b * b))).Sum();
        for (int k = 0; k < length; k++)
        {
            double sumRe = 0, sumIm = 0;
            for (int n = 0; n < length; n++)
            {
                (double sine, double cosine) = Math.SinCos(-2 * Math.PI * (k * n % length) / length);
                sumRe += (real[n] * cosine) - (imaginary[n] * sine);
                sumIm += (real[n] * sine) + (imaginary[n] * cosine);
            }

            int place = Reversed(k, levels);
            Assert.InRange(re[place] - sumRe, -1e-14 * total, 1e-14 * total);
            Assert.InRange(im[place] - sumIm, -1e-14 * total, 1e-14 * total);
            Assert.Equal(Reversed((length - k) % length, levels), FourierTransform.Mirror(place));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(16)]
    public void Inverse_OfForward_IsWithinTheStatedError(int levels)
    {
        int length = 1 << levels;
        (double[] real, double[] imaginary) = Sequence(length);
        double[] re = [.. real], im = [.. imaginary];
        FourierTransform transform = new(levels);
        transform.Forward(re, im);
        transform.Inverse(re, im);
        double total = real.Zip(imaginary, (a, b) => Math.Sqrt((a * a) + (b * b))).Sum();
        double allowed = 2 * transform.RelativeError * total;
        for (int n = 0; n < length; n++)
        {
            Assert.InRange(re[n] - real[n], -allowed, allowed);
            Assert.InRange(im[n] - imaginary[n], -allowed, allowed);
        }
    }

    private static (double[] Real, double[] Imaginary) Sequence(int length) => (
        [.. Enumerable.Range(0, length).Select(n => Math.Sin(1.7 * n * n) + (1.0 / (n + 1)))],
        [.. Enumerable.Range(0, length).Select(n => Math.Cos(0.3 * n * n))]);

    private static int Reversed(int k, int levels)
    {
        int result = 0;
        for (int bit = 0; bit < levels; bit++)
        {
            result |= ((k >> bit) & 1) << (levels - 1 - bit);
        }

        return result;
    }
}
