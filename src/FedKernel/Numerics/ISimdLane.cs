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

/// <summary>A float64 lane that reads and writes float32 memory.</summary>
internal unsafe interface ISimdWideLane<TSelf> : ISimdLane<TSelf, double>
    where TSelf : struct, ISimdWideLane<TSelf>
{
    static abstract TSelf LoadWidened(float* source);

    /// <summary>Rounds each element to the nearest float32.</summary>
    static abstract void StoreNarrowed(TSelf value, float* destination);
}

/// <summary>A uint32 lane that knows the positions 0, 1, 2, … of its elements.</summary>
internal interface ISimdWordLane<TSelf>
    where TSelf : struct, ISimdWordLane<TSelf>
{
    static abstract TSelf Positions { get; }
}
