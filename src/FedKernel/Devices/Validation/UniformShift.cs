// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>factor · x + u with u of 24 bits in [0, 1): a sampling kernel that takes no root, so that codes after it are exact everywhere.</summary>
internal readonly struct UniformShift(PhiloxStream stream, float factor) : ISample
{
    private readonly PhiloxStream _stream = stream;
    private readonly float _factor = factor;

    public static int MaxUlp => 0;

    public static float Reference(float factor, float x, uint word) => (factor * x) + ((word >> 8) * (1f / 16777216f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _stream.Words(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        first = TLane.FromBits(u);
        second = TLane.FromBits(v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        (TLane.Splat(_factor) * source) + (TLane.FromSigned(TLane.ToBits(sample) >>> 8) * TLane.Splat(1f / 16777216f));
}
