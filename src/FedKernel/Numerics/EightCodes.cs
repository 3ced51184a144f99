// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FedKernel.Numerics;

/// <summary>Eight codes of a byte each and the same codes side by side: they fill as many bytes as a code has bits.</summary>
internal static class EightCodes
{
    /// <summary>Eight bytes, whose other bits are 0, to eight neighbouring fields: pairs, then pairs of pairs.</summary>
    /// <param name="x">Byte k is code k.</param>
    /// <param name="bits">1 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Gather(ulong x, int bits)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitExtract(x, 0x0101010101010101UL * ((1UL << bits) - 1));
        }

        x = (x & 0x00FF00FF00FF00FF) | ((x & 0xFF00FF00FF00FF00) >> (8 - bits));
        x = (x & 0x0000FFFF0000FFFF) | ((x & 0xFFFF0000FFFF0000) >> (16 - (2 * bits)));
        return (x & 0x00000000FFFFFFFF) | ((x & 0xFFFFFFFF00000000) >> (32 - (4 * bits)));
    }

    /// <summary>The way back; what lies above the eight fields is ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Spread(ulong x, int bits)
    {
        ulong field = (1UL << bits) - 1;
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitDeposit(x, 0x0101010101010101UL * field);
        }

        ulong four = (1UL << (4 * bits)) - 1, two = (1UL << (2 * bits)) - 1;
        x = (x & four) | ((x >> (4 * bits)) << 32);
        x = (x & (two * 0x0000000100000001)) | (((x >> (2 * bits)) & (two * 0x0000000100000001)) << 16);
        return (x & (field * 0x0001000100010001)) | (((x >> bits) & (field * 0x0001000100010001)) << 8);
    }
}
