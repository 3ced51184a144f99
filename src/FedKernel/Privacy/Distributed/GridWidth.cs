// SPDX-License-Identifier: Apache-2.0
// How fine a grid fits a ring of 2^b · P. Kairouz, Z. Liu, T. Steinke, ICML 2021 (arXiv 2102.06387), sections 4.2 and 4.4, equation 61:
// s from 2^b = 2k·√(ρ/d·c²n² + (1/(4s²) + σ²)·n)·s, which is
//   s = √(2^{2b} − n·k²) / (2k·√(ρ/d·c²n² + nσ²))
namespace FedKernel.Privacy.Distributed;

/// <summary>A heuristic for accuracy: how many steps a unit may have so that a sum of rotated, rounded and noisy vectors seldom wraps.</summary>
/// <remarks>Nothing about privacy depends on it. For sums that must never wrap see <see cref="Grid.GridSum"/>.</remarks>
public sealed record GridWidth
{
    /// <summary>b: bits of a coordinate of the sum, 1 to 32.</summary>
    public required int Bits { get; init; }

    /// <summary>n.</summary>
    public required int Clients { get; init; }

    /// <summary>d, with the padding of the rotation.</summary>
    public required long Dimension { get; init; }

    /// <summary>k: how many standard deviations of the sum fit.</summary>
    public double Deviations { get; init; } = 4;

    /// <summary>ρ: how far a rotated vector is from flat; 1 for a random rotation.</summary>
    public double Flatness { get; init; } = 1;

    /// <summary>s = 1/γ.</summary>
    /// <param name="clippingBound">c, in the unit of the values.</param>
    /// <param name="shareSigma">σ of one client's noise, in the unit of the values.</param>
    /// <exception cref="ArgumentException">So many clients need more bits.</exception>
    public double StepsPerUnit(double clippingBound, double shareSigma)
    {
        Throw.IfNotInRange(Bits, 1, 32);
        Throw.IfNotInRange(Clients, 1, 1 << 20);
        Throw.IfNotInRange(Dimension, 1, long.MaxValue);
        Throw.IfNotInRange(Deviations, 1e-3, 1e3);
        Throw.IfNotInRange(Flatness, 1e-6, 1e6);
        Throw.IfNotInRange(clippingBound, 1e-30, 1e30);
        Throw.IfNotInRange(shareSigma, 0, 1e30);
        double n = Clients, room = Math.ScaleB(1, 2 * Bits) - (n * Deviations * Deviations);
        if (room <= 0)
        {
            throw new ArgumentException($"{Bits} bits are too few for rounding errors of {Clients} clients: at least "
                + $"{Math.Floor(Math.Log2(Math.Sqrt(n) * Deviations)) + 1} are needed.");
        }

        double signal = Flatness / Dimension * clippingBound * clippingBound * n * n;
        return Math.Sqrt(room) / (2 * Deviations * Math.Sqrt(signal + (n * shareSigma * shareSigma)));
    }
}
