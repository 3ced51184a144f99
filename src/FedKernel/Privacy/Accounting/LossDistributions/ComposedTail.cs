// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The privacy curve of a composition, from one side: δ for every ε of the grid's window, and ε for δ.</summary>
/// <remarks>
/// With q the tilted masses, δ(ε) = c·e^(−θ(ε − r))·(Σ_{x &gt; ε} q(x)·e^(−θ(x − ε))·(1 − e^−(x − ε)) ± error) + δ at infinity. The
/// sum is kept for all grid points by a recurrence of positive terms.
/// </remarks>
internal sealed class ComposedTail
{
    private readonly bool _above;
    private readonly double _step;
    private readonly double _tilt;
    private readonly double _start;
    private readonly double _logScale;
    private readonly double _reference;
    private readonly double _error;
    private readonly double _infinite;

    /// <summary>At grid point j: Σ_{i &gt; j} q_i·e^(−θ(x_i − x_j))·(1 − e^−(x_i − x_j)).</summary>
    private readonly double[] _excess;

    /// <summary>At grid point j: Σ_{i ≥ j} q_i·e^(−(θ + 1)(x_i − x_j)).</summary>
    private readonly double[] _ratio;

    /// <param name="above">Whether errors are added or taken away.</param>
    /// <param name="masses">The tilted masses, first grid point first; becomes the sums.</param>
    /// <param name="scale">Where the masses are, and what they were divided by.</param>
    public ComposedTail(bool above, double[] masses, TailScale scale)
    {
        (_above, _step, _tilt) = (above, scale.Step, scale.Tilt);
        (_start, _logScale, _reference) = (scale.Offset + (scale.First * scale.Step), scale.LogScale, scale.Reference);
        (_error, _infinite) = (scale.Error, scale.Infinite);
        _excess = new double[masses.Length];
        _ratio = masses;
        double fall = Math.Exp(-_tilt * _step), lower = Math.Exp(-(_tilt + 1) * _step), gain = -SmallMath.ExpMinusOne(-_step);
        double excess = 0, ratio = 0;
        for (int j = masses.Length - 1; j >= 0; j--)
        {
            // A mass that rounding made negative is none: the allowance for rounding covers it.
            excess = fall * (excess + (gain * ratio));
            ratio = (lower * ratio) + Math.Max(0, masses[j]);
            _excess[j] = excess;
            _ratio[j] = ratio;
        }
    }

    /// <summary>δ at ε ≥ 0.</summary>
    public double Delta(double epsilon)
    {
        double position = (epsilon - _start) / _step;
        if (position < 0)
        {
            return _above ? 1 : Delta(_start);
        }

        int index = (int)Math.Min(int.MaxValue, Math.Ceiling(position));
        double sum = 0;
        if (index < _excess.Length)
        {
            double back = Math.Clamp((index - position) * _step, 0, _step);
            sum = Math.Exp(-_tilt * back) * (_excess[index] - (SmallMath.ExpMinusOne(-back) * _ratio[index]));
        }

        double bounded = sum + (_above ? _error : -_error);
        double finite = bounded <= 0 ? 0 : Math.Exp(Math.Min(0, _logScale - (_tilt * (epsilon - _reference)) + Math.Log(bounded)));
        double delta = finite + _infinite;
        // Not a number proves nothing: from above that is 1, from below 0.
        return double.IsNaN(delta) ? (_above ? 1 : 0) : Math.Min(1, delta);
    }

    /// <summary>From above: the least ε with δ(ε) ≤ δ; ∞ where the window ends first.</summary>
    public double Highest(double delta)
    {
        double low = Math.Max(0, _start), high = _start + (_excess.Length * _step);
        return Delta(low) <= delta ? low
            : !(high > low) || Delta(high) > delta ? double.PositiveInfinity
            : Bisect(low, high, delta).High;
    }

    /// <summary>From below: an ε at which δ(ε) is still greater, the nearest to a given one; 0 if none is found.</summary>
    public double Lowest(double delta, double near)
    {
        // Far below the tail that the tilt was made for, the allowance for errors outweighs the sum: so from the near end.
        double least = Math.Max(0, _start), high = Math.Min(near, _start + (_excess.Length * _step));
        for (double distance = 1e-9 * high; high > least; distance *= 2)
        {
            double low = Math.Max(least, high - distance);
            if (Delta(low) > delta)
            {
                return Bisect(low, high, delta).Low;
            }

            high = low;
        }

        return 0;
    }

    private (double Low, double High) Bisect(double low, double high, double delta)
    {
        for (int i = 0; i < 60; i++)
        {
            double middle = 0.5 * (low + high);
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = Delta(middle) > delta ? (middle, high) : (low, middle);
        }

        return (low, high);
    }
}
