// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;

namespace FedKernel.Privacy.Adaptive;

/// <summary>One round's bound, frozen: clients clip with it and the noise is scaled by it, whatever becomes of the bound afterwards.</summary>
public sealed class AdaptiveRound
{
    internal AdaptiveRound(int number, double bound, AdaptiveNoise noise) => (Number, ClippingBound, Noise) = (number, bound, noise);

    /// <summary>Which round of the server, from 0.</summary>
    public int Number { get; }

    /// <summary>C of this round.</summary>
    public double ClippingBound { get; }

    /// <summary>The noise of this round.</summary>
    public AdaptiveNoise Noise { get; }

    /// <summary>σ of the noise on the sum of the updates: z_Δ times the sensitivity at the C that clipped this round.</summary>
    public double UpdateDeviation => Noise.UpdateMultiplier * GroupBounds.Times(Noise.Relation) * ClippingBound;

    /// <summary>The mechanism that adds it, to a bounded update or to a sum.</summary>
    /// <remarks>It returns the event of the updates alone. What is charged is <see cref="Event"/>, which holds the count too.</remarks>
    public GaussianMechanism CreateMechanism() => new(Noise.UpdateMultiplier, Noise.Relation);

    /// <summary>What the round amounts to: updates and count together.</summary>
    public PrivacyEvent Event => Noise.Event;
}

/// <summary>The server's side of adaptive clipping: gives a bound to each round and learns one noised count from it.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class AdaptiveClippingServer
{
    private readonly QuantileTracker _tracker;
    private readonly AdaptiveNoise _noise;
    private AdaptiveRound? _open;
    private int _rounds;

    /// <summary>A server.</summary>
    /// <param name="tracker">Where the bound starts and how it moves; belongs to the server from here on.</param>
    /// <param name="noise">The noise of each round.</param>
    public AdaptiveClippingServer(QuantileTracker tracker, AdaptiveNoise noise)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(noise);
        (_tracker, _noise) = (tracker, noise);
    }

    /// <summary>C of the next round.</summary>
    public double NextBound => _tracker.Bound;

    /// <summary>Opens a round.</summary>
    /// <exception cref="ProtocolException">One is open.</exception>
    public AdaptiveRound Begin()
    {
        if (_open is not null)
        {
            throw new ProtocolException($"Round {_open.Number} of adaptive clipping is open; end it first.");
        }

        return _open = new AdaptiveRound(_rounds++, _tracker.Bound, _noise);
    }

    /// <summary>Ends a round and moves the bound for the next.</summary>
    /// <param name="round">The open one.</param>
    /// <param name="noisedCentredCount">Σ (b_i − ½) with noise σ_b.</param>
    /// <exception cref="ProtocolException">Another round, or none, is open: a count may move the bound once.</exception>
    public void End(AdaptiveRound round, double noisedCentredCount)
    {
        ArgumentNullException.ThrowIfNull(round);
        if (!ReferenceEquals(round, _open))
        {
            throw new ProtocolException($"Round {round.Number} of adaptive clipping is not open.");
        }

        _tracker.Update(noisedCentredCount);
        _open = null;
    }
}
