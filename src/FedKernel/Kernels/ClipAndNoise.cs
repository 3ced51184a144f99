// SPDX-License-Identifier: Apache-2.0
// Clipping and the Gaussian mechanism in one pass · M. Abadi et al., CCS 2016, algorithm 1: x · min(1, C / ‖x‖₂) + σ·z.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>destination[i] = factor · source[i] + standardDeviation · z: what <see cref="ClipAndScale"/> and then
/// <see cref="GaussianNoise{TStream}"/> give, bit for bit, at half of their memory traffic.</summary>
/// <typeparam name="TStream">The stream: ChaCha20 for privacy, Philox for simulation.</typeparam>
/// <param name="clip">Holds the factor that brings the source to its bound.</param>
/// <param name="noise">The noise.</param>
public readonly struct ClipAndNoise<TStream>(ClipAndScale clip, GaussianNoise<TStream> noise) : ISample
    where TStream : struct, ICounterStream
{
    private readonly ClipAndScale _clip = clip;
    private readonly GaussianNoise<TStream> _noise = noise;

    /// <inheritdoc/>
    public static int MaxUlp => GaussianNoise<TStream>.MaxUlp;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _noise.Words(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        _noise.Pair(u, v, out first, out second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        _noise.Apply<TLane, TWord>(_clip.Invoke<TLane, TWord>(source), sample);
}
