// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>How the elements of a row become lanes: rows are read in their own type, without a converted copy.</summary>
internal unsafe interface IRowElement<T>
    where T : unmanaged
{
    /// <summary>True if every element is a float32 as it stands.</summary>
    static abstract bool IsNarrow { get; }

    /// <summary>True if a load is a few instructions: sixteen of a long formula are more than the compiler inlines.</summary>
    static abstract bool IsSimple { get; }

    /// <summary>As many float32 as the lane has; a float64 is rounded to nearest.</summary>
    static abstract TLane Load<TLane, TWord>(T* source)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>;

    /// <summary>As many float64 as the lane has, exactly.</summary>
    static abstract TWide LoadWide<TWide>(T* source)
        where TWide : unmanaged, ISimdWideLane<TWide>;
}

/// <summary>float32.</summary>
internal readonly unsafe struct SingleRow : IRowElement<float>
{
    public static bool IsNarrow => true;

    public static bool IsSimple => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane, TWord>(float* source)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord> => TLane.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWide LoadWide<TWide>(float* source)
        where TWide : unmanaged, ISimdWideLane<TWide> => TWide.LoadWidened(source);
}

/// <summary>float64.</summary>
internal readonly unsafe struct DoubleRow : IRowElement<double>
{
    public static bool IsNarrow => false;

    public static bool IsSimple => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane, TWord>(double* source)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord> => TLane.LoadNarrowed(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWide LoadWide<TWide>(double* source)
        where TWide : unmanaged, ISimdWideLane<TWide> => TWide.Load(source);
}

/// <summary>IEEE 754 half.</summary>
internal readonly unsafe struct HalfRow : IRowElement<Half>
{
    public static bool IsNarrow => true;

    public static bool IsSimple => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane, TWord>(Half* source)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord> =>
        LaneMath.FromHalf<TLane, TWord>(TWord.LoadWidened((ushort*)source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWide LoadWide<TWide>(Half* source)
        where TWide : unmanaged, ISimdWideLane<TWide> => TWide.LoadWidened(source);
}

/// <summary>bfloat16.</summary>
internal readonly unsafe struct BFloat16Row : IRowElement<BFloat16>
{
    public static bool IsNarrow => true;

    public static bool IsSimple => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Load<TLane, TWord>(BFloat16* source)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord> =>
        LaneMath.FromBFloat16<TLane, TWord>(TWord.LoadWidened((ushort*)source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWide LoadWide<TWide>(BFloat16* source)
        where TWide : unmanaged, ISimdWideLane<TWide> => TWide.LoadWidened(source);
}
