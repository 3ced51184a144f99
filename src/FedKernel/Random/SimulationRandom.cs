// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Random;

/// <summary>
/// Reproducible draws for simulation on the host: cohorts, shuffles, initial weights, partitions. The sequence is the words of
/// a <see cref="PhiloxStream"/>, block after block: the same on every machine.
/// </summary>
/// <remarks>Not thread-safe. Not for anything that protects somebody.</remarks>
public sealed class SimulationRandom
{
    private readonly PhiloxStream _stream;
    private readonly uint[] _words = new uint[16];
    private uint _block;
    private int _used = 16;

    /// <summary>A sequence of its own for each (seed, round, tensor).</summary>
    public SimulationRandom(SimulationSeed seed, uint round = 0, uint tensor = 0) =>
        _stream = new PhiloxStream(seed, new StreamId(round, StreamPurpose.Simulation, tensor));

    /// <summary>32 uniform bits.</summary>
    public uint NextWord()
    {
        if (_used == _words.Length)
        {
            Block16<ScalarWord> b = _stream.Words(new ScalarWord(_block++));
            ReadOnlySpan<ScalarWord> row =
            [
                b.R0, b.R1, b.R2, b.R3, b.R4, b.R5, b.R6, b.R7,
                b.R8, b.R9, b.R10, b.R11, b.R12, b.R13, b.R14, b.R15,
            ];
            for (int i = 0; i < row.Length; i++)
            {
                _words[i] = row[i].Value;
            }

            _used = 0;
        }

        return _words[_used++];
    }

    /// <summary>A uniform number in the open interval (0, 1), on a grid of 2⁻⁵³.</summary>
    public double NextUniform()
    {
        ulong bits = ((ulong)NextWord() << 32) | NextWord();
        return ((bits >> 11) + 0.5) * (1.0 / 9007199254740992.0);
    }

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), without bias.</summary>
    /// <param name="bound">At least 1.</param>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Multiply-shift with rejection of the incomplete interval: D. Lemire, "Fast random integer generation", 2019.
        uint threshold = (uint)(0x1_0000_0000UL % (uint)bound);
        ulong product;
        do
        {
            product = (ulong)NextWord() * (uint)bound;
        }
        while ((uint)product < threshold);
        return (int)(product >> 32);
    }

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(NextUniform())) * Math.Cos(2 * Math.PI * NextUniform());

    /// <summary>A Gamma(shape, 1) number (Marsaglia and Tsang 2000).</summary>
    /// <param name="shape">Positive.</param>
    public double NextGamma(double shape)
    {
        Throw.IfNotInRange(shape, double.Epsilon, 1e12);
        double boost = shape < 1 ? Math.Pow(NextUniform(), 1 / shape) : 1;
        double d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = NextNormal();
            double v = 1 + (c * x);
            v = v * v * v;
            if (v > 0 && Math.Log(NextUniform()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return boost * d * v;
            }
        }
    }

    /// <summary>A uniform permutation, in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextBelow(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
