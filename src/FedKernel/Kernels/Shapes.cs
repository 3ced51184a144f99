// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>What every kernel says of itself.</summary>
public interface IKernel
{
    /// <summary>
    /// The largest distance, in units in the last place of float32, between a device's result and the plain reference; 0 means
    /// the same bits. Only a kernel that divides or takes a root needs more: OpenCL does not round those correctly.
    /// </summary>
    static abstract int MaxUlp { get; }
}

/// <summary>Shape Generate: destination[i] = f().</summary>
public interface IGenerate : IKernel
{
    /// <summary>The formula.</summary>
    TLane Invoke<TLane, TWord>()
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>Shape Generate from a counter stream: destination[i] = f(source[i], sample i of the stream).</summary>
/// <remarks>
/// Block b of the stream gives sixteen samples. Sixteen neighbouring blocks make a tile of 256 elements, and sample k of block b
/// belongs to element 256·⌊b/16⌋ + 16·k + b mod 16: registers of any width and GPU threads store without transposing.
/// </remarks>
public interface ISample : IKernel
{
    /// <summary>The sixteen words of the blocks whose numbers are given.</summary>
    Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord>;

    /// <summary>Samples 2j and 2j + 1 of a block from its words 2j and 2j + 1.</summary>
    void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;

    /// <summary>Joins a sample with the source.</summary>
    TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>Shape Map: destination[i] = f(x[i]).</summary>
public interface IMap1 : IKernel
{
    /// <summary>The formula.</summary>
    TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>Shape Map: destination[i] = f(x[i], y[i]).</summary>
public interface IMap2 : IKernel
{
    /// <summary>The formula.</summary>
    TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>Shape Reduce: one number from x, in float64, in the order of <see cref="ReductionTree"/>.</summary>
/// <remarks>The term of +0 must be +0, and combining with +0 must change nothing: the last block is filled up with zeros.</remarks>
public interface IReduce1 : IKernel
{
    /// <summary>What one value contributes.</summary>
    TWide Term<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>;

    /// <summary>Two partial results as one.</summary>
    TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>;
}

/// <summary>Shape Reduce over two vectors.</summary>
/// <remarks><inheritdoc cref="IReduce1" path="/remarks"/></remarks>
public interface IReduce2 : IKernel
{
    /// <summary>What one pair contributes.</summary>
    TWide Term<TWide, TLong>(TWide x, TWide y)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>;

    /// <summary>Two partial results as one.</summary>
    TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>;
}

/// <summary>Shape RowCombine: n rows of d values become one row, row after row in the order given, starting from 0.</summary>
public interface IRowCombine : IKernel
{
    /// <summary>Takes one more row in.</summary>
    TLane Step<TLane, TWord>(TLane accumulated, TLane row, TLane weight)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>Shape Accumulate: integers[i] += f(x[i]), the streaming form of RowCombine: exact, hence in any order.</summary>
/// <remarks>NaN, and what is not below <see cref="Limit"/> in magnitude, counts as 0: the loop sees to it.</remarks>
public interface IAccumulate : IKernel
{
    /// <summary>Magnitudes from here on are not handed to the formula; +∞ if every finite value may be.</summary>
    double Limit { get; }

    /// <summary>The smallest float32 that is not below <see cref="Limit"/>: what float32 values are held to, with the same outcome.</summary>
    float SingleLimit { get; }

    /// <summary>The integer that x contributes; x is below <see cref="Limit"/> in magnitude.</summary>
    TLong Invoke<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>;
}

/// <summary>Shape Resolve: destination[i] = float32(f(integers[i])), which ends an accumulation.</summary>
public interface IResolve : IKernel
{
    /// <summary>The number that an accumulated integer stands for.</summary>
    TWide Invoke<TWide, TLong>(TLong accumulated)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>;
}

/// <summary>Shape Quantize: codes of one byte from values over their block's scale, rounded with the bits of a counter stream.</summary>
/// <remarks>
/// Block b of the stream gives sixteen words, each with 16 bits for two elements. Sixteen neighbouring blocks make a pair of tiles,
/// 512 elements: word k of block b rounds element 512·⌊b/16⌋ + 16·k + b mod 16 with its low half and the element 256 further
/// with its high half. A tile of 256 elements is also what shares a scale.
/// </remarks>
public interface IQuantize : IKernel
{
    /// <summary>The largest code, 1 to 127: a block's scale is its max |x| over this.</summary>
    static abstract int MaximumCode { get; }

    /// <summary>The sixteen words of each block whose number is given.</summary>
    Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord>;

    /// <summary>The code, −<see cref="MaximumCode"/> to <see cref="MaximumCode"/>, as an int32.</summary>
    /// <param name="scaled">x over the scale, in [−<see cref="MaximumCode"/>, <see cref="MaximumCode"/>] up to rounding.</param>
    /// <param name="random">16 uniform bits.</param>
    TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>Shape Draw: destination[i] = f(source[i], integer sample i), with samples from a counter stream and a table.</summary>
/// <remarks>
/// Sixteen samples make a step, sixteen steps a tile of 256 elements, laid out as in <see cref="ISample"/>: sample k of step s belongs
/// to element 256·⌊s/16⌋ + 16·k + s mod 16. A draw takes the same operations and reads the same words of the table for every sample.
/// </remarks>
/// <typeparam name="TSource">int or float.</typeparam>
public interface IDraw<TSource> : IKernel
    where TSource : unmanaged
{
    /// <summary>Words that the table must have.</summary>
    int TableLength { get; }

    /// <summary>Blocks of the stream that a step takes: step s has those from s times this on.</summary>
    int BlocksPerStep { get; }

    /// <summary>The sixteen samples of the steps whose numbers are given.</summary>
    Block16<TWord> Draw<TTable, TWord>(TTable table, TWord step)
        where TTable : struct, IWordTable
        where TWord : struct, IWordLane<TWord>;

    /// <summary>Joins a sample with the bits of the source.</summary>
    TWord Apply<TLane, TWord>(TWord source, TWord sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>What the scale of a block of codes is made from.</summary>
public enum BlockNorm
{
    /// <summary>No scale: every value is its own, as float16 is.</summary>
    None,

    /// <summary>max |x|.</summary>
    Maximum,

    /// <summary>√Σ x², summed in float64 from left to right over the block.</summary>
    Euclidean,

    /// <summary>Σ |x| / count, summed in float64 from left to right over the block.</summary>
    MeanMagnitude,
}

/// <summary>Shape Encode: codes of 1 to 8, or of 16, bits from values over the scale of their block; bit-packed, little-endian.</summary>
/// <remarks>
/// Code i has bits i·<see cref="Bits"/> to (i + 1)·<see cref="Bits"/> − 1 of the codes, lowest bit first; the bits behind the last
/// code are 0. Random bits, where a kernel rounds with them, lie as in <see cref="IQuantize"/>.
/// </remarks>
public interface IEncode : IKernel
{
    /// <summary>Bits of a code: 1 to 8, or 16.</summary>
    static abstract int Bits { get; }

    /// <summary>What the scale is made from.</summary>
    static abstract BlockNorm Norm { get; }

    /// <summary>True if <see cref="Words"/> is read.</summary>
    static abstract bool IsRandom { get; }

    /// <summary>The sixteen words of each block whose number is given; anything if nothing is random.</summary>
    Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord>;

    /// <summary>The float32 that is stored as the scale of a block with this norm, finite and above 0.</summary>
    float Scale(double norm);

    /// <summary>What the block's values are multiplied by, for the scale that is stored; above 0.</summary>
    float Inverse(float scale);

    /// <summary>The code, in the lowest <see cref="Bits"/> bits of each word; the others must be 0.</summary>
    /// <param name="scaled">x · <see cref="Inverse"/>; x itself without a norm.</param>
    /// <param name="random">16 uniform bits, or 0.</param>
    TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>Shape Decode: the number that a code stands for; what a device makes of it is value · scale of the block.</summary>
public interface IDecode : IKernel
{
    /// <inheritdoc cref="IEncode.Bits"/>
    static abstract int Bits { get; }

    /// <summary>The number that the code stands for in units of the scale.</summary>
    TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}
