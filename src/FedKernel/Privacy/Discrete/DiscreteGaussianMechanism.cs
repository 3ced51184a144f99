// SPDX-License-Identifier: Apache-2.0
// The discrete Gaussian mechanism · C. Canonne, G. Kamath, T. Steinke, NeurIPS 2020 (arXiv 2004.00010), theorem 14:
// (Δ²/2σ²)-zCDP, as for the continuous one, with Δ the L2 sensitivity in steps of the grid.
// Parameter: z, the noise multiplier: σ = z·Δ steps.
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Grid;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Privacy.Discrete;

/// <summary>Adds discrete Gaussian noise to an update on an integer grid: integers in, integers out, in constant time, on any device.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> That of <see cref="DiscreteGaussianEvent"/>, for the integers that are in memory: nothing is a real number,
/// so no last bit leaks. The distance of the noise from its law is in the event.</para>
/// <para><b>Whose guarantee.</b> That of whoever's data the sensitivity is about, against everybody who sees the result: added by a client
/// to its own update it is local differential privacy, for <see cref="NeighbouringRelation.ReplaceOne"/>; added by the server to the
/// sum, central. A share of a <see cref="Distributed.DistributedNoise"/> is neither: its event tells what the share alone protects.</para>
/// <para><b>Assumptions.</b> The key is secret and each (key, round, tensor) is used for one release only.</para>
/// </remarks>
public sealed class DiscreteGaussianMechanism : IDisposable
{
    private readonly DiscreteGaussianSampler _sampler;

    /// <summary>A mechanism for updates of one grid.</summary>
    /// <param name="device">Where the updates live.</param>
    /// <param name="noiseMultiplier">z, 10⁻⁶ to 10⁶, as long as σ is in the range of <see cref="Random.Discrete.DiscreteGaussianTable"/>.</param>
    /// <param name="gridBound">S of the updates, in steps.</param>
    /// <param name="relation">Which data sets are neighbours; decides the sensitivity.</param>
    public DiscreteGaussianMechanism(Device device, double noiseMultiplier, int gridBound, NeighbouringRelation relation)
        : this(device, gridBound, relation, Checked(noiseMultiplier))
    {
    }

    private DiscreteGaussianMechanism(Device device, int gridBound, NeighbouringRelation relation, Func<long, double> sigma)
    {
        Throw.IfNotInRange(gridBound, 1, GridScale.GreatestBound);
        Sensitivity = BoundedGridUpdate.Sensitivity(gridBound, relation);
        _sampler = new DiscreteGaussianSampler(device, sigma(Sensitivity));
        (GridBound, Relation) = (gridBound, relation);
    }

    /// <summary>σ, in steps: at least z·Δ, and more by no more than two units in the last place.</summary>
    public double Sigma => _sampler.Table.Sigma;

    /// <summary>S.</summary>
    public int GridBound { get; }

    /// <summary>Δ: S or 2S, in steps.</summary>
    public long Sensitivity { get; }

    /// <summary>Which data sets are neighbours.</summary>
    public NeighbouringRelation Relation { get; }

    /// <summary>A mechanism of a given σ, as shares have one.</summary>
    internal static DiscreteGaussianMechanism OfSigma(Device device, double sigma, int gridBound, NeighbouringRelation relation) =>
        new(device, gridBound, relation, _ => sigma);

    /// <summary>What a release of so many elements costs, to be charged before it is made.</summary>
    /// <param name="dimension">d, at least 0.</param>
    public DiscreteGaussianEvent EventOf(long dimension) =>
        new(Sigma, Sensitivity, _sampler.FailureMass(dimension), Relation);

    /// <summary>Adds noise in place and says what was released.</summary>
    /// <param name="bounded">From clipping to the grid of this mechanism. It can be taken once.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which vector of the round.</param>
    /// <exception cref="ArgumentException">The update has another grid bound.</exception>
    /// <exception cref="InvalidOperationException">The update has noise already.</exception>
    public DiscreteGaussianEvent AddNoise(BoundedGridUpdate bounded, SecretKey256 key, uint round, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(bounded);
        ArgumentNullException.ThrowIfNull(key);
        bounded.RequireBound(GridBound);
        bounded.Take();
        ChaCha20Stream stream = key.CreateStream(new StreamId(round, StreamPurpose.DiscreteNoise, tensor));
        _sampler.AddNoise(bounded.Integers, bounded.Integers, stream);
        return EventOf(bounded.Integers.Length);
    }

    /// <summary>Adds noise to a sum of bounded updates, once: central differential privacy, by a server that is trusted with the sum.</summary>
    /// <param name="sum">Of vectors of the grid of this mechanism; a client changes it by at most S.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which vector of the round.</param>
    /// <exception cref="ArgumentException">The sum has another grid bound.</exception>
    /// <exception cref="InvalidOperationException">The sum has noise already.</exception>
    public DiscreteGaussianEvent AddNoiseToSum(GridSum sum, SecretKey256 key, uint round, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(key);
        BoundedGridUpdate.RequireBound(sum.GridBound, GridBound);
        sum.Take();
        ChaCha20Stream stream = key.CreateStream(new StreamId(round, StreamPurpose.DiscreteNoise, tensor));
        _sampler.AddNoise(sum.Integers, sum.Integers, stream);
        return EventOf(sum.Integers.Length);
    }

    /// <summary>Clips, scales, rounds and adds noise in one pass after the norm: the bits of <see cref="GridClipping"/> and <see cref="AddNoise"/>.</summary>
    /// <param name="update">Left as it is.</param>
    /// <param name="clipping">To the grid of this mechanism.</param>
    /// <param name="integers">As long as the update; untouched if the update is refused.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which vector of the round.</param>
    public GridRelease ClipAndAddNoise(
        ModelUpdate update, GridClipping clipping, DeviceBuffer<int> integers, SecretKey256 key, uint round, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(clipping);
        ArgumentNullException.ThrowIfNull(key);
        BoundedGridUpdate.RequireBound(clipping.GridBound, GridBound);
        if (clipping.FactorFor(update, integers, out double norm, out long nonFinite) is not { } factor)
        {
            return new GridRelease(null, double.NaN, 0, nonFinite);
        }

        ChaCha20Stream stream = key.CreateStream(new StreamId(round, StreamPurpose.DiscreteNoise, tensor));
        _sampler.RoundAndAddNoise(update.Values, factor, integers, stream);
        return new GridRelease(EventOf(integers.Length), norm, factor, 0);
    }

    /// <summary>Frees the table.</summary>
    public void Dispose() => _sampler.Dispose();

    private static Func<long, double> Checked(double noiseMultiplier)
    {
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e6);

        // Rounded up: a smaller σ than was asked for would break the promise.
        return sensitivity => Math.BitIncrement(noiseMultiplier * sensitivity);
    }
}
