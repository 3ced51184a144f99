// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

/// <summary>How results leave the registers. Chosen once for a launch.</summary>
internal unsafe interface IStore
{
    /// <summary>What an address must be a multiple of, for a register of the given size.</summary>
    static abstract int Alignment(int registerBytes);

    static abstract void Store<TLane>(TLane value, float* destination)
        where TLane : unmanaged, ISimdFloatLane<TLane>;
}

/// <summary>Through the caches: whoever reads the result next finds it there.</summary>
internal readonly unsafe struct Cached : IStore
{
    public static int Alignment(int registerBytes) => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(TLane value, float* destination)
        where TLane : unmanaged, ISimdFloatLane<TLane> => TLane.Store(value, destination);
}

/// <summary>Past the caches, for results that no cache holds: a line that is written whole need not be read first.</summary>
internal readonly unsafe struct Streamed : IStore
{
    public static int Alignment(int registerBytes) => registerBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(TLane value, float* destination)
        where TLane : unmanaged, ISimdFloatLane<TLane> => TLane.StoreNonTemporal(value, destination);
}
