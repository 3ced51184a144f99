// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Gpu;

/// <summary>The DLPack code of an element type.</summary>
internal static class DlpackType
{
    /// <exception cref="NotSupportedException">DLPack has no code for the type.</exception>
    public static (DlpackTypeCode Code, int Bits) Of<T>()
        where T : unmanaged
    {
        DlpackTypeCode code =
            typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) ? DlpackTypeCode.Float
            : typeof(T) == typeof(BFloat16) ? DlpackTypeCode.BFloat
            : typeof(T) == typeof(sbyte) || typeof(T) == typeof(short) || typeof(T) == typeof(int) || typeof(T) == typeof(long)
                ? DlpackTypeCode.Int
            : typeof(T) == typeof(byte) || typeof(T) == typeof(ushort) || typeof(T) == typeof(uint) || typeof(T) == typeof(ulong)
                ? DlpackTypeCode.UInt
            : throw new NotSupportedException($"DLPack has no code for elements of {typeof(T).Name}.");
        return (code, 8 * Unsafe.SizeOf<T>());
    }
}
