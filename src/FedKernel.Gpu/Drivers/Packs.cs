// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Gpu.Drivers;

/// <summary>Four floats that a GPU thread loads and stores as one: 16 bytes, the widest access that there is.</summary>
/// <remarks>Copy it to a local, change the copy, store it whole: access field by field splits the instruction in four.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Float4
{
    public float X, Y, Z, W;
}

/// <summary>Two int64 as one access of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Long2
{
    public long X, Y;
}

/// <summary>Two float64 as one access of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Double2
{
    public double X, Y;
}

/// <summary>Eight elements of 16 bits as one access of 16 bytes; the lower half of a word comes first.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Word4
{
    public uint X, Y, Z, W;
}

/// <summary>Two packs in registers; never an element of a view, which would be two accesses of unknown width.</summary>
internal struct Two<TPack>
    where TPack : unmanaged
{
    public TPack Low, High;
}
