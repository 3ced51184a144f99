// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Cpu.Loops;

/// <summary>The elements before the first address that a store can take.</summary>
internal static unsafe class Heads
{
    /// <summary>0 to <paramref name="lanes"/> − 1.</summary>
    public static long Of<TStore>(float* destination, int lanes)
        where TStore : struct, IStore
    {
        nuint alignment = (nuint)TStore.Alignment(lanes * sizeof(float));
        nuint over = (nuint)destination % alignment;
        return over == 0 ? 0 : (long)((alignment - over) / sizeof(float));
    }
}
