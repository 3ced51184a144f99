// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>Which function <see cref="ElementaryCheck"/> looks at.</summary>
internal enum Elementary
{
    /// <summary>ln u of a word.</summary>
    LogUniform,

    /// <summary>sin of a turn.</summary>
    Sin,

    /// <summary>cos of a turn.</summary>
    Cos,
}

/// <summary>destination[i] = f(the bits of x[i] as a word): the polynomials that noise is made of, on their own.</summary>
/// <param name="function">Which.</param>
internal readonly struct ElementaryOfWord(Elementary function) : IMap1
{
    private readonly int _function = (int)function;

    public static int MaxUlp => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TWord word = TLane.ToBits(x);
        TLane log = LaneMath.LogUniform<TLane, TWord>(word);
        LaneMath.SinCosTurn(word, out TLane sin, out TLane cos);

        // A selection and no branch: registers hold many words.
        TLane which = TLane.Splat(_function);
        TLane turn = TLane.SelectGreater(which, TLane.Splat(1.5f), cos, sin);
        return TLane.SelectGreater(TLane.Splat(0.5f), which, log, turn);
    }
}
