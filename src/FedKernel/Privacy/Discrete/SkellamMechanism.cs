// SPDX-License-Identifier: Apache-2.0
// The Skellam mechanism · N. Agarwal, P. Kairouz, Z. Liu, NeurIPS 2021 (arXiv 2110.04995), section 3.
// Parameter: μ, the variance of one coordinate's noise, in squared steps of the grid.
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Grid;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Privacy.Discrete;

/// <summary>Adds Skellam noise to an update on an integer grid. Sums of it are Skellam noise again, exactly.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> That of <see cref="SkellamEvent"/>, for the integers in memory.</para>
/// <para><b>Not promised.</b> Constant time: the noise is drawn on the host by searching a table, millions of samples a second up to
/// μ = 2²⁹ and fewer beyond, where terms are added. Where somebody can measure how long a client takes, use
/// <see cref="DiscreteGaussianMechanism"/>.</para>
/// <para><b>Assumptions.</b> The key is secret and each (key, round, tensor) is used for one release only.</para>
/// </remarks>
public sealed class SkellamMechanism
{
    private const int Piece = 1 << 16;

    private readonly SkellamTable _table;

    /// <summary>A mechanism for updates of one grid.</summary>
    /// <param name="variance">μ, in the range of <see cref="SkellamTable"/>.</param>
    /// <param name="gridBound">S of the updates, in steps.</param>
    /// <param name="relation">Which data sets are neighbours; decides the sensitivity.</param>
    public SkellamMechanism(double variance, int gridBound, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(gridBound, 1, GridScale.GreatestBound);
        _ = BoundedGridUpdate.Sensitivity(gridBound, relation);
        _table = new SkellamTable(variance);
        (GridBound, Relation) = (gridBound, relation);
    }

    /// <summary>μ.</summary>
    public double Variance => _table.Variance;

    /// <summary>S.</summary>
    public int GridBound { get; }

    /// <summary>Which data sets are neighbours.</summary>
    public NeighbouringRelation Relation { get; }

    /// <summary>What a release of so many elements costs, to be charged before it is made.</summary>
    /// <param name="dimension">d, at least 1.</param>
    public SkellamEvent EventOf(long dimension) => new(
        Variance, BoundedGridUpdate.Sensitivity(GridBound, Relation), BoundedGridUpdate.SensitivityL1(GridBound, dimension, Relation),
        Math.Min(1, _table.FailureMass(dimension)), Relation);

    /// <summary>Adds noise in place and says what was released.</summary>
    /// <param name="bounded">From clipping to the grid of this mechanism. It can be taken once.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which vector of the round.</param>
    /// <exception cref="ArgumentException">The update has another grid bound.</exception>
    /// <exception cref="InvalidOperationException">The update has noise already.</exception>
    public SkellamEvent AddNoise(BoundedGridUpdate bounded, SecretKey256 key, uint round, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(bounded);
        ArgumentNullException.ThrowIfNull(key);
        bounded.RequireBound(GridBound);
        bounded.Take();
        var random = new StreamBytes(key.CreateStream(new StreamId(round, StreamPurpose.SkellamNoise, tensor)));
        DeviceBuffer<int> integers = bounded.Integers;
        int[] piece = new int[(int)Math.Min(Piece, integers.Length)];
        for (long start = 0; start < integers.Length; start += piece.Length)
        {
            Span<int> values = piece.AsSpan(0, (int)Math.Min(piece.Length, integers.Length - start));
            integers.CopyTo(values, start);
            _table.AddTo(values, random.Fill);
            integers.CopyFrom(values, start);
        }

        return EventOf(integers.Length);
    }
}
