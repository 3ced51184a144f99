// SPDX-License-Identifier: Apache-2.0
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Which pieces of work a thread has: those of its number, and on from there in steps of the grid. So any grid does any work, and
/// the device says how large its grids are.
/// </summary>
internal static class GridThread
{
    /// <summary>The number of this thread.</summary>
    public static long Index => ((long)Grid.IdxX * Group.DimX) + Group.IdxX;

    /// <summary>The threads of the grid: neighbours stay neighbours at every step.</summary>
    public static long Count => (long)Grid.DimX * Group.DimX;
}
