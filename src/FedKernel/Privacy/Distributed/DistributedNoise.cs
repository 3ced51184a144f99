// SPDX-License-Identifier: Apache-2.0
// Noise in shares: every client adds a part, and only the sum has all of it · P. Kairouz, Z. Liu, T. Steinke, ICML 2021 (arXiv 2102.06387),
// section 4; N. Agarwal, P. Kairouz, Z. Liu, NeurIPS 2021 (arXiv 2110.04995).
// Parameters: σ, what the sum must have, in steps; n clients; t of them may drop out; c may tell the server their noise.
//   variance of a share = σ²/(n − t − c): any n − t survivors, c of whom are the server's, still hide everybody behind σ².
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Discrete;
using FedKernel.Privacy.Grid;

namespace FedKernel.Privacy.Distributed;

/// <summary>How a cohort divides the noise of one sum among its clients, so that dropouts cost accuracy and not privacy.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The sum of at least n − t survivors carries noise of variance σ² or more that the server does not know.</para>
/// <para><b>Threat model.</b> The server follows the protocol, and looks: it sees the sum and nothing else, because secure aggregation
/// hides the summands. Up to c clients tell it everything they know. Clients add the noise that they should: one that does not
/// weakens everybody, and no server can tell. Without secure aggregation a share protects its client with the share's own variance
/// only: <see cref="ShareSigma"/> over the sensitivity, which is what a client's mechanism states in its event.</para>
/// <para><b>Fewer survivors.</b> The sum is to be discarded: <see cref="RequireSurvivors"/>. If it was opened all the same, its event for
/// the survivors that there were says what it cost: the actual variance, never the one that was planned.</para>
/// <para><b>Neighbours.</b> <see cref="NeighbouringRelation.AddOrRemoveOne"/> reads: a client's vector is zero instead. It adds its share
/// in both cases, or its absence would show in the variance.</para>
/// <para>How many survived comes from the transcript of secure aggregation, never from what a client says about itself.</para>
/// </remarks>
public sealed record DistributedNoise
{
    /// <summary>Divides σ among a cohort.</summary>
    /// <param name="sigma">σ of the sum, in steps of the grid; positive, at most 2³⁰.</param>
    /// <param name="clients">n, 1 to 2²⁰.</param>
    /// <param name="dropouts">t, at least 0.</param>
    /// <param name="colluding">c, at least 0; t + c is less than n.</param>
    public DistributedNoise(double sigma, int clients, int dropouts, int colluding = 0)
    {
        Throw.IfNotInRange(sigma, double.Epsilon, 1 << 30);
        Throw.IfNotInRange(clients, 1, 1 << 20);
        Throw.IfNotInRange(dropouts, 0, clients - 1);
        Throw.IfNotInRange(colluding, 0, clients - 1 - dropouts);
        (Sigma, Clients, Dropouts, Colluding) = (sigma, clients, dropouts, colluding);
    }

    /// <summary>σ of the sum.</summary>
    public double Sigma { get; }

    /// <summary>n.</summary>
    public int Clients { get; }

    /// <summary>t.</summary>
    public int Dropouts { get; }

    /// <summary>c.</summary>
    public int Colluding { get; }

    /// <summary>n − t: fewer survivors have less noise than σ.</summary>
    public int LeastSurvivors => Clients - Dropouts;

    /// <summary>σ/√(n − t − c), rounded up.</summary>
    public double ShareSigma => Math.BitIncrement(Sigma / Math.Sqrt(LeastSurvivors - Colluding));

    /// <summary>σ²/(n − t − c), rounded up.</summary>
    public double ShareVariance => Math.BitIncrement(Sigma * Sigma / (LeastSurvivors - Colluding));

    /// <summary>A client's mechanism for a share of discrete Gaussian noise. Its own event is about the share alone.</summary>
    /// <param name="device">Where the updates live.</param>
    /// <param name="gridBound">S of the updates, in steps.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    public DiscreteGaussianMechanism CreateDiscreteGaussianShare(Device device, int gridBound, NeighbouringRelation relation) =>
        DiscreteGaussianMechanism.OfSigma(device, ShareSigma, gridBound, relation);

    /// <summary>A client's mechanism for a share of Skellam noise. Its own event is about the share alone.</summary>
    /// <inheritdoc cref="CreateDiscreteGaussianShare"/>
    public SkellamMechanism CreateSkellamShare(int gridBound, NeighbouringRelation relation) =>
        new(ShareVariance, gridBound, relation);

    /// <summary>What a sum costs whose summands had shares of discrete Gaussian noise, for the survivors that there were.</summary>
    /// <param name="share">The clients' mechanism.</param>
    /// <param name="survivors">Clients in the sum, c + 1 to n.</param>
    /// <param name="dimension">d, at least 1.</param>
    /// <exception cref="ArgumentException">The mechanism adds less than a share of this plan.</exception>
    public DistributedDiscreteGaussianEvent EventOfSum(DiscreteGaussianMechanism share, int survivors, long dimension)
    {
        ArgumentNullException.ThrowIfNull(share);
        RequireShare(share.Sigma, ShareSigma);
        int shares = UnknownShares(survivors);
        return new DistributedDiscreteGaussianEvent(
            share.Sigma, shares, share.Sensitivity, BoundedGridUpdate.SensitivityL1(share.GridBound, dimension, share.Relation), dimension,
            Math.Min(1, shares * share.EventOf(dimension).FailureMass), share.Relation);
    }

    /// <summary>What a sum costs whose summands had shares of Skellam noise, for the survivors that there were.</summary>
    /// <inheritdoc cref="EventOfSum(DiscreteGaussianMechanism, int, long)"/>
    public SkellamEvent EventOfSum(SkellamMechanism share, int survivors, long dimension)
    {
        ArgumentNullException.ThrowIfNull(share);
        RequireShare(share.Variance, ShareVariance);
        int shares = UnknownShares(survivors);
        SkellamEvent one = share.EventOf(dimension);
        return new SkellamEvent(
            Math.BitDecrement(shares * share.Variance), one.Sensitivity, one.SensitivityL1, Math.Min(1, shares * one.FailureMass),
            share.Relation);
    }

    /// <summary>To be called before the sum is opened.</summary>
    /// <param name="survivors">Clients in the sum.</param>
    /// <exception cref="ProtocolException">They are fewer than n − t: the sum has not the noise that was promised.</exception>
    public void RequireSurvivors(int survivors)
    {
        if (survivors < LeastSurvivors)
        {
            throw new ProtocolException(
                $"{survivors} clients are left and the noise was divided for at least {LeastSurvivors}: the sum must not be opened.");
        }

        _ = UnknownShares(survivors);
    }

    private int UnknownShares(int survivors)
    {
        Throw.IfNotInRange(survivors, Colluding + 1, Clients);
        return survivors - Colluding;
    }

    private static void RequireShare(double actual, double least)
    {
        if (!(actual >= least))
        {
            throw new ArgumentException($"The mechanism adds {actual} where a share of this plan is {least}.", nameof(actual));
        }
    }
}
