// SPDX-License-Identifier: Apache-2.0
// Composition by FFT of tilted masses. The tilt (Esscher's; as in the saddle-point accountant, W. Alghamdi et al., ICML 2023) moves
// the tail that δ is made of to the middle of the window, so that errors are relative to δ, not to 1: the plain FFT cannot tell δ
// below 10⁻¹⁰ from its rounding. The T-th power of a DFT value is taken by its logarithm.
// Errors, each added to δ from above and taken from it from below, all as multiples of the Chernoff bound e^(K(θ) − θε)·c(θ):
//   window    mass outside it (a circular convolution folds it back in): a Chernoff bound, found on the grid itself
//   rounding  forward FFT: every value φ within e = RelativeError, so φ^T within T·e·(|φ| + e)^(T−1); the mean of that over all
//             frequencies bounds the error of every mass; inverse FFT: RelativeError times the mean of |φ^T|
//   masses    relative error of one release's masses below 10⁻¹³, so (1 + 10⁻¹³)^T of δ
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>Composes losses on a grid, from above and from below at once: as real and imaginary part of one transform.</summary>
internal sealed class Composition
{
    private const double MassError = 1e-13;

    /// <summary>A frequency whose power is below e to this is left out; 2²¹ of them are nothing.</summary>
    private const double Negligible = -100;

    private readonly GridPlan _plan;
    private readonly FourierTransform _transform;

    /// <summary>The product so far. Of a pair of frequencies, one place has the value from above, the mirrored one that from below.</summary>
    private readonly double[] _productReal;
    private readonly double[] _productImaginary;

    /// <summary>ln of a bound of the product, and T·e/(|φ| + e) summed.</summary>
    private readonly double[] _logBound;
    private readonly double[] _relative;
    private readonly Side _above = new();
    private readonly Side _below = new();
    private long _shift;
    private double _offset;

    private Composition(GridPlan plan, FourierTransform transform)
    {
        (_plan, _transform) = (plan, transform);
        int length = transform.Length;
        _productReal = new double[length];
        _productImaginary = new double[length];
        _logBound = new double[length];
        _relative = new double[length];
        Array.Fill(_productReal, 1);
        _productImaginary[0] = _productImaginary[1] = 1;
    }

    /// <summary>The privacy curve of the parts, from both sides.</summary>
    public static (ComposedTail Above, ComposedTail Below) Of(IReadOnlyList<LossPart> parts, GridPlan plan, FourierTransform transform)
    {
        Composition composition = new(plan, transform);
        double[] real = new double[transform.Length], imaginary = new double[transform.Length];
        foreach (LossPart part in parts)
        {
            composition.Include(LossGrid.Of(part.Source, part.Offset, plan.Step, plan.Tail), part, real, imaginary);
        }

        return composition.Finish(real, imaginary);
    }

    private void Include(LossGrid grid, LossPart part, double[] real, double[] imaginary)
    {
        Array.Clear(real);
        Array.Clear(imaginary);
        long count = part.Count;
        double middle = GridMoments.Mean(grid.Upper, _plan.Tilt * _plan.Step);
        int offset = (int)Math.Round(middle);
        Fold(grid.Upper, offset, count, _above, real);
        Fold(grid.Lower, offset, count, _below, imaginary);
        _above.LogFinite += count * NormalDistribution.LogOnePlus(-Math.Min(1, grid.Outside));
        _above.Count += count;
        _below.Count += count;
        _offset += count * part.Offset;
        _shift = checked(_shift + (count * (grid.First + offset)));
        _transform.Forward(real, imaginary);
        Multiply(count, real, imaginary);
    }

    /// <summary>Tilts masses to sum 1 and lays them around a circle.</summary>
    private void Fold(double[] masses, int offset, long count, Side side, double[] circle)
    {
        double step = _plan.Step, slope = _plan.Tilt * step;
        double logSum = GridMoments.LogSum(masses, slope, offset);
        if (double.IsNegativeInfinity(logSum))
        {
            side.Empty = true;
            circle[0] = 1;
            return;
        }

        side.LogScale += count * logSum;
        side.LogAbove += count * (GridMoments.LogSum(masses, slope + (_plan.SlopeAbove * step), offset) - logSum);
        side.LogBelow += count * (GridMoments.LogSum(masses, slope - (_plan.SlopeBelow * step), offset) - logSum);
        int mask = circle.Length - 1;
        for (int j = 0; j < masses.Length; j++)
        {
            if (masses[j] > 0)
            {
                circle[(j - offset) & mask] += masses[j] * Math.Exp((slope * (j - offset)) - logSum);
            }
        }
    }

    private void Multiply(long count, double[] real, double[] imaginary)
    {
        double error = 2 * _transform.RelativeError;
        for (int p = 0; p < real.Length; p++)
        {
            int mirror = FourierTransform.Mirror(p);
            if (mirror < p)
            {
                continue;
            }

            if (mirror == p)
            {
                // Frequencies 0 and N/2: both values are real, the power keeps the sign.
                double above = real[p], below = imaginary[p];
                (double powerAbove, double boundAbove, double relativeAbove) = Power(above, count, error);
                (double powerBelow, double boundBelow, double relativeBelow) = Power(below, count, error);
                _productReal[p] *= powerAbove;
                _productImaginary[p] *= powerBelow;
                _logBound[p] += Math.Max(boundAbove, boundBelow);
                _relative[p] += Math.Max(relativeAbove, relativeBelow);
                continue;
            }

            double a = real[p], b = imaginary[p], c = real[mirror], d = imaginary[mirror];
            MultiplyAt(p, 0.5 * (a + c), 0.5 * (b - d), count, error);
            MultiplyAt(mirror, 0.5 * (b + d), 0.5 * (c - a), count, error);
        }
    }

    private static (double Value, double LogBound, double Relative) Power(double value, long count, double error)
    {
        double size = Math.Abs(value);
        double power = Math.Exp(count * Math.Log(size));
        return (value < 0 && (count & 1) == 1 ? -power : power, count * Math.Log(size + error), count * (error / (size + error)));
    }

    private void MultiplyAt(int place, double re, double im, long count, double error)
    {
        double square = (re * re) + (im * im), size = Math.Sqrt(square);
        _logBound[place] += count * Math.Log(size + error);
        _relative[place] += count * (error / (size + error));
        if (_logBound[place] < Negligible || square == 0)
        {
            _productReal[place] = _productImaginary[place] = 0;
            return;
        }

        if (count > 1)
        {
            double power = Math.Exp(0.5 * count * Math.Log(square));
            (double sine, double cosine) = Math.SinCos(count * Math.Atan2(im, re));
            (re, im) = (power * cosine, power * sine);
        }

        (_productReal[place], _productImaginary[place]) =
            ((_productReal[place] * re) - (_productImaginary[place] * im), (_productReal[place] * im) + (_productImaginary[place] * re));
    }

    private (ComposedTail Above, ComposedTail Below) Finish(double[] real, double[] imaginary)
    {
        double errors = 0, sizes = 0;
        for (int p = 0; p < real.Length; p++)
        {
            double bound = Math.Exp(Math.Min(0.1, _logBound[p]));
            errors += bound * Math.Min(2, _relative[p]) * (FourierTransform.Mirror(p) == p ? 1 : 2);
            int mirror = FourierTransform.Mirror(p);
            if (mirror == p)
            {
                sizes += Math.Abs(_productReal[p]) + Math.Abs(_productImaginary[p]);
                (real[p], imaginary[p]) = (_productReal[p], _productImaginary[p]);
            }
            else if (mirror > p)
            {
                double ur = _productReal[p], ui = _productImaginary[p], vr = _productReal[mirror], vi = _productImaginary[mirror];
                sizes += 2 * (Math.Sqrt((ur * ur) + (ui * ui)) + Math.Sqrt((vr * vr) + (vi * vi)));
                (real[p], imaginary[p]) = (ur - vi, ui + vr);
                (real[mirror], imaginary[mirror]) = (ur + vi, vr - ui);
            }
        }

        _transform.Inverse(real, imaginary);
        double perMass = (errors + (_transform.RelativeError * sizes)) / real.Length;
        return (Tail(true, real, _above, perMass), Tail(false, imaginary, _below, perMass));
    }

    private ComposedTail Tail(bool isAbove, double[] circle, Side side, double perMass)
    {
        double step = _plan.Step, tilt = _plan.Tilt;
        int length = circle.Length;
        long start = (long)Math.Floor((_plan.Start - _offset) / step) - _shift;
        double outside = Math.Exp(Math.Min(0, side.LogAbove - (_plan.SlopeAbove * step * (start + length))))
            + Math.Exp(Math.Min(0, side.LogBelow + (_plan.SlopeBelow * step * start)));
        double peak = Math.Exp(LossMoments.LogPeak(tilt));
        double weights = Math.Min(length * peak, GridMoments.PeakSum(tilt, step));
        double massError = SmallMath.ExpMinusOne(MassError * side.Count);
        double[] masses = new double[length];
        int rotate = (int)(((start % length) + length) % length);
        Array.Copy(circle, rotate, masses, 0, length - rotate);
        Array.Copy(circle, 0, masses, length - rotate, rotate);
        return new ComposedTail(isAbove, masses, new TailScale(
            step, tilt, _offset, start + _shift,
            side.Empty ? double.NegativeInfinity : side.LogScale + (isAbove ? massError : -massError),
            _offset + (step * _shift),
            (outside * peak) + (perMass * weights),
            isAbove ? -SmallMath.ExpMinusOne(side.LogFinite) : 0));
    }

    /// <summary>Sums over the parts of what one side needs.</summary>
    private sealed class Side
    {
        public bool Empty { get; set; }

        public long Count { get; set; }

        public double LogScale { get; set; }

        public double LogAbove { get; set; }

        public double LogBelow { get; set; }

        public double LogFinite { get; set; }
    }
}
