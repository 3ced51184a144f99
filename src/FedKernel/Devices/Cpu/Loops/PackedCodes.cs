// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Codes of up to a byte, or of 16 bits, side by side and back: eight codes fill as many bytes as a code has bits.</summary>
internal static unsafe class PackedCodes
{
    /// <summary>Packs what was encoded, or copies it if it lies beside its place; what lies behind the last code in its byte is 0.</summary>
    /// <param name="codes">
    /// A byte each, the unused bits 0, or two for 16 bits; of less than a byte there is room up to the next multiple of eight.
    /// </param>
    /// <param name="count">How many.</param>
    /// <param name="packed">⌈count · bits / 8⌉ bytes; may be the codes' own memory for whole bytes.</param>
    /// <param name="bits">1 to 8, or 16.</param>
    public static void Pack(byte* codes, int count, byte* packed, int bits)
    {
        if (bits < 8)
        {
            // The codes behind the end are those of padding.
            new Span<byte>(codes + count, -count & 7).Clear();
            PackFields(codes, count, packed, bits);
        }
        else if (codes != packed)
        {
            int bytes = count * (bits / 8);
            new ReadOnlySpan<byte>(codes, bytes).CopyTo(new Span<byte>(packed, bytes));
        }
    }

    /// <summary>Unpacks a multiple of eight codes of less than a byte.</summary>
    /// <remarks>A loop for each width: shifts and loads are then of a known size.</remarks>
    public static void Unpack(byte* packed, int count, byte* codes, int bits)
    {
        switch (bits)
        {
            case 1:
                UnpackEights(packed, count, codes, 1);
                break;
            case 2:
                UnpackEights(packed, count, codes, 2);
                break;
            case 4:
                UnpackEights(packed, count, codes, 4);
                break;
            default:
                UnpackEights(packed, count, codes, bits);
                break;
        }
    }

    /// <summary>Code i of any width, for the elements that fill no register.</summary>
    public static uint One(byte* packed, long i, int bits)
    {
        if (bits == 16)
        {
            return packed[2 * i] | ((uint)packed[(2 * i) + 1] << 8);
        }

        long bit = i * bits, at = bit / 8;
        int shift = (int)(bit % 8);
        uint word = packed[at];
        if (shift + bits > 8)
        {
            word |= (uint)packed[at + 1] << 8;
        }

        return (word >> shift) & ((1u << bits) - 1);
    }

    /// <summary>A loop for each width: shifts and stores are then of a known size.</summary>
    private static void PackFields(byte* codes, int count, byte* packed, int bits)
    {
        switch (bits)
        {
            case 1:
                PackEights(codes, count, packed, 1);
                break;
            case 2:
                PackEights(codes, count, packed, 2);
                break;
            case 4:
                PackEights(codes, count, packed, 4);
                break;
            default:
                PackEights(codes, count, packed, bits);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackEights(byte* codes, int count, byte* packed, int bits)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Put(EightCodes.Gather(*(ulong*)(codes + i), bits), packed, bits);
            packed += bits;
        }

        if (i < count)
        {
            ulong rest = EightCodes.Gather(*(ulong*)(codes + i), bits);
            for (int left = (((count - i) * bits) + 7) / 8; left > 0; left--, rest >>= 8)
            {
                *packed++ = (byte)rest;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UnpackEights(byte* packed, int count, byte* codes, int bits)
    {
        for (int i = 0; i < count; i += 8)
        {
            *(ulong*)(codes + i) = EightCodes.Spread(Get(packed, bits), bits);
            packed += bits;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ulong eight, byte* packed, int bits)
    {
        switch (bits)
        {
            case 1:
                *packed = (byte)eight;
                break;
            case 2:
                *(ushort*)packed = (ushort)eight;
                break;
            case 4:
                *(uint*)packed = (uint)eight;
                break;
            default:
                // A wider store would reach into what another thread writes.
                for (int k = 0; k < bits; k++)
                {
                    packed[k] = (byte)(eight >> (8 * k));
                }

                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Get(byte* packed, int bits)
    {
        switch (bits)
        {
            case 1:
                return *packed;
            case 2:
                return *(ushort*)packed;
            case 4:
                return *(uint*)packed;
            default:
                ulong eight = 0;
                for (int k = 0; k < bits; k++)
                {
                    eight |= (ulong)packed[k] << (8 * k);
                }

                return eight;
        }
    }
}
