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
