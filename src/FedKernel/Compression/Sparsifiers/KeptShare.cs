// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>How many of d elements are kept: a share of them, or a number.</summary>
public readonly record struct KeptShare
{
    private readonly decimal _share;
    private readonly long _count;

    private KeptShare(decimal share, long count) => (_share, _count) = (share, count);

    /// <summary>k = max(1, ⌈share · d⌉). In decimal, as the share is written: 0.07 of 100 is 7 and not 8.</summary>
    /// <param name="share">In (0, 1).</param>
    public static KeptShare Of(double share)
    {
        Throw.IfNotInRange(share, 1e-12, Math.BitDecrement(1.0));

        // Fifteen digits: a share closer to 1 than they tell would become 1, whose name says one element.
        return new(Math.Min((decimal)share, 0.999999999999999m), 0);
    }

    /// <summary>k elements.</summary>
    /// <param name="count">1 to 2³² − 1.</param>
    public static KeptShare Exactly(long count)
    {
        Throw.IfNotInRange(count, 1, SparseVector.MaximumLength);
        return new(0, count);
    }

    /// <summary>k for a vector of d elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer elements than are to be kept.</exception>
    public long CountOf(long length)
    {
        Throw.IfNotInRange(length, 1, SparseVector.MaximumLength);
        if (_count == 0)
        {
            return Math.Max(1, (long)Math.Ceiling(_share * length));
        }

        Throw.IfNotInRange(_count, 1, length, "k");
        return _count;
    }

    /// <summary>As in a pipeline: 0.01, or 1000.</summary>
    public override string ToString() =>
        _count == 0 ? ((double)_share).ToString("R", CultureInfo.InvariantCulture) : _count.ToString(CultureInfo.InvariantCulture);
}
