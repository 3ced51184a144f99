// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>A lane that a CPU driver can load from memory and store to it. Addresses need no alignment.</summary>
/// <typeparam name="TSelf">The lane itself.</typeparam>
/// <typeparam name="T">The element type.</typeparam>
internal unsafe interface ISimdLane<TSelf, T>
    where TSelf : struct, ISimdLane<TSelf, T>
    where T : unmanaged
{
    /// <summary>Elements in the register.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(T* source);

    static abstract void Store(TSelf value, T* destination);
}

/// <summary>A float32 lane that reads and writes memory in every way that a driver needs.</summary>
internal unsafe interface ISimdFloatLane<TSelf> : ISimdLane<TSelf, float>
    where TSelf : struct, ISimdFloatLane<TSelf>
{
    /// <summary>Each float64 as the nearest float32.</summary>
    static abstract TSelf LoadNarrowed(double* source);

    /// <summary>Stores past the caches, for results larger than them. The address is a multiple of the register's size.</summary>
    static abstract void StoreNonTemporal(TSelf value, float* destination);

    /// <summary>The largest element of a register without NaN or anything negative.</summary>
    static abstract float LargestOf(TSelf magnitudes);

    /// <summary>Element i of the result is element i ^ distance; the distance is a power of two below the count.</summary>
    static abstract TSelf Exchange(TSelf a, int distance);
}

/// <summary>A float64 lane that reads and writes memory of narrower floats.</summary>
internal unsafe interface ISimdWideLane<TSelf> : ISimdLane<TSelf, double>
    where TSelf : struct, ISimdWideLane<TSelf>
{
    static abstract TSelf LoadWidened(float* source);

    static abstract TSelf LoadWidened(BFloat16* source);

    static abstract TSelf LoadWidened(Half* source);

    /// <summary>The lower half of a float32 register of the same size.</summary>
    /// <typeparam name="TLane">The float32 lane that goes with this one; another would be another size.</typeparam>
    /// <param name="lane">The register.</param>
    static abstract TSelf WidenLower<TLane>(TLane lane)
        where TLane : unmanaged;

    /// <summary>The upper half.</summary>
    /// <inheritdoc cref="WidenLower{TLane}"/>
    static abstract TSelf WidenUpper<TLane>(TLane lane)
        where TLane : unmanaged;

    /// <summary>Rounds each element to the nearest float32.</summary>
    static abstract void StoreNarrowed(TSelf value, float* destination);
}

/// <summary>A uint32 lane that knows the positions 0, 1, 2, … of its elements, and reads and writes narrower integers.</summary>
internal unsafe interface ISimdWordLane<TSelf> : ISimdLane<TSelf, uint>
    where TSelf : struct, ISimdWordLane<TSelf>
{
    static abstract TSelf Positions { get; }

    /// <summary>Each 16 bits as a word, zeros above.</summary>
    static abstract TSelf LoadWidened(ushort* source);

    /// <summary>Each 8 bits as a word, zeros above.</summary>
    static abstract TSelf LoadWidened(byte* source);

    /// <summary>The lower half of each word.</summary>
    static abstract void StoreHalves(TSelf value, ushort* destination);

    /// <summary>The lowest byte of each word.</summary>
    static abstract void StoreBytes(TSelf value, sbyte* destination);

    /// <summary>Bit i says whether a[i] ≥ b[i], as unsigned numbers.</summary>
    static abstract uint AtLeast(TSelf a, TSelf b);

    /// <summary>Stores the elements of <paramref name="value"/> where key ≥ least, close together, in their order.</summary>
    /// <remarks>A whole register may be written: what lies behind the elements is then undefined.</remarks>
    static abstract void StoreWhereAtLeast(TSelf value, TSelf key, TSelf least, uint* destination);
}
