// SPDX-License-Identifier: Apache-2.0
// Gaussian noise · G. Box, M. Muller, "A note on the generation of random normal deviates", 1958.
// r = √(−2 ln u), angle = 2πv; words 2k and 2k+1 of a block give u and v, and r·cos, r·sin are its samples 2k and 2k+1.
// Range: |z| ≤ 6.77, because u has 33 bits; P(|z| > 6.77) < 2⁻³⁶. The root is the only operation that OpenCL may round.
// Continuous noise in float32 exists for speed and for parity with peers; its guarantee is that of real numbers (I. Mironov,
// "On significance of the least significant bits for differential privacy", CCS 2012).
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>destination[i] = source[i] + standardDeviation · z, with z standard normal from a counter stream.</summary>
/// <typeparam name="TStream">The stream: ChaCha20 for privacy, Philox for simulation.</typeparam>
/// <param name="stream">Where the samples come from.</param>
/// <param name="standardDeviation">σ, finite and not negative.</param>
public readonly struct GaussianNoise<TStream>(TStream stream, float standardDeviation) : ISample
    where TStream : struct, ICounterStream
{
    private readonly TStream _stream = stream;
    private readonly float _standardDeviation = standardDeviation;

    /// <inheritdoc/>
    public static int MaxUlp => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _stream.Words(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane radius = TLane.Sqrt(TLane.Abs(LaneMath.LogUniform<TLane, TWord>(u) * TLane.Splat(-2f)));
        LaneMath.SinCosTurn(v, out TLane sin, out TLane cos);
        first = radius * cos;
        second = radius * sin;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => source + (TLane.Splat(_standardDeviation) * sample);
}
