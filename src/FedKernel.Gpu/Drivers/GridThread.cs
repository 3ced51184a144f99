// SPDX-License-Identifier: Apache-2.0
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>Which piece of work a thread has.</summary>
internal static class GridThread
{
    /// <summary>The number of this thread, counted on from <paramref name="first"/>: a large grid comes in several launches.</summary>
    public static long Index(long first) => first + ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
}
