// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>A sum of positive numbers that are given, and returned, by their logarithms: nothing overflows.</summary>
internal struct LogSum
{
    private double _greatest = double.NegativeInfinity;
    private double _scaled;

    public LogSum()
    {
    }

    /// <summary>ln of the sum so far.</summary>
    public readonly double Log => _scaled == 0 ? double.NegativeInfinity : _greatest + Math.Log(_scaled);

    /// <summary>Adds e^log.</summary>
    public void Add(double log)
    {
        if (log <= _greatest)
        {
            // Also where both are infinite: ∞ − ∞ would be NaN.
            _scaled += log == _greatest ? 1 : Math.Exp(log - _greatest);
        }
        else if (!double.IsNegativeInfinity(log))
        {
            _scaled = (_scaled * Math.Exp(_greatest - log)) + 1;
            _greatest = log;
        }
    }

    /// <summary>ln(1 + e^x): the divergence (α − 1)·D from the logarithm of its moment less one.</summary>
    public static double LogOnePlusExp(double x) => x > 40 ? x : NormalDistribution.LogOnePlus(Math.Exp(x));

    /// <summary>ln(e^x − 1) for x &gt; 0.</summary>
    public static double LogExpMinusOne(double x) => x > 40 ? x : Math.Log(ExpMinusOne(x));

    /// <summary>e^x − 1, accurate near 0.</summary>
    public static double ExpMinusOne(double x)
    {
        if (Math.Abs(x) < 1e-5)
        {
            return x * (1 + (x / 2 * (1 + (x / 3))));
        }

        // W. Kahan's correction: the rounding of e^x is undone by its own logarithm.
        double u = Math.Exp(x);
        return u == 1 ? x : u > 0 && u < double.PositiveInfinity && Math.Abs(x) < 1 ? (u - 1) * x / Math.Log(u) : u - 1;
    }
}
