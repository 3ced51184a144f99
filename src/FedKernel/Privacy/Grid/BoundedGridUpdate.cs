// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Privacy.Grid;

/// <summary>
/// An update on an integer grid, as int32 on a device, whose exact L2 norm is at most S steps. Only <see cref="GridClipping"/> and
/// <see cref="StochasticGridClipping"/> make one; discrete mechanisms accept nothing else.
/// </summary>
/// <remarks>Integers have no last bit to leak through: the sensitivity holds for what is in memory, not for real numbers.</remarks>
public sealed class BoundedGridUpdate
{
    private bool _released;

    internal BoundedGridUpdate(ParameterLayout layout, DeviceBuffer<int> integers, int gridBound, double clippingBound)
    {
        (Layout, Integers, GridBound, ClippingBound) = (layout, integers, gridBound, clippingBound);
    }

    /// <summary>How the vector is read.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The integers, in the caller's buffer. Value = integer · <see cref="Step"/>.</summary>
    public DeviceBuffer<int> Integers { get; }

    /// <summary>S: the exact L2 norm of the integers is at most this.</summary>
    public int GridBound { get; }

    /// <summary>C: the norm that S steps stand for.</summary>
    public double ClippingBound { get; }

    /// <summary>C / S.</summary>
    public double Step => ClippingBound / GridBound;

    /// <summary>The L2 sensitivity of a sum of such updates, in steps: S, or 2S for replace-one.</summary>
    public long Sensitivity(NeighbouringRelation relation) => Sensitivity(GridBound, relation);

    /// <summary>The L1 sensitivity of a sum of such updates, in steps: min(⌊√d · S⌋, S²), twice that for replace-one.</summary>
    /// <remarks>Integers are at most their squares, so that few steps give an L1 norm that does not grow with d.</remarks>
    public long SensitivityL1(NeighbouringRelation relation) => SensitivityL1(GridBound, Integers.Length, relation);

    internal static long Sensitivity(int gridBound, NeighbouringRelation relation) => Factor(relation) * (long)gridBound;

    internal static long SensitivityL1(int gridBound, long dimension, NeighbouringRelation relation)
    {
        // d · S² may pass 2⁶³; what is returned is at most S², below 2⁴⁶.
        BigInteger squared = (BigInteger)gridBound * gridBound, target = squared * dimension;
        BigInteger root = (BigInteger)Math.Ceiling(Math.Sqrt((double)target) * (1 + 1e-12)) + 1;
        while (root * root > target)
        {
            // Newton's method from above falls to the floor of the root and not below.
            root = (root + (target / root)) / 2;
        }

        return Factor(relation) * (long)BigInteger.Min(root, squared);
    }

    /// <exception cref="ArgumentException">The bounds differ.</exception>
    internal static void RequireBound(int actual, int expected)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The mechanism is for a grid bound of {expected} steps; the update has {actual}.", nameof(actual));
        }
    }

    internal void RequireBound(int expected) => RequireBound(GridBound, expected);

    /// <summary>A mechanism takes the update: the integers are noisy afterwards and no longer bounded.</summary>
    /// <exception cref="InvalidOperationException">A mechanism took it before.</exception>
    internal void Take()
    {
        if (_released)
        {
            throw new InvalidOperationException("Noise was added to this update before: it is bounded no longer. Clip again.");
        }

        _released = true;
    }

    private static int Factor(NeighbouringRelation relation) => relation switch
    {
        NeighbouringRelation.AddOrRemoveOne => 1,
        NeighbouringRelation.ReplaceOne => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, "Unknown relation."),
    };
}
