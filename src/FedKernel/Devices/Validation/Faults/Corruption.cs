// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Devices.Validation.Faults;

/// <summary>The faults as functions of results.</summary>
internal static class Corruption
{
    private const int Block = 256;

    /// <summary>Spoils results in place.</summary>
    /// <param name="fault">How.</param>
    /// <param name="results">What the kernel wrote; at least one.</param>
    /// <param name="before">What was there before it.</param>
    public static void Spoil<T>(Fault fault, Span<T> results, ReadOnlySpan<T> before)
        where T : unmanaged
    {
        int victim = results.Length / 2;
        switch (fault)
        {
            case Fault.BitFlip:
                // In the middle of the value: a kernel that declares some ulp may have the last bits as it likes.
                Span<byte> bytes = MemoryMarshal.AsBytes(results.Slice(NumberFrom(results, victim), 1));
                bytes[bytes.Length / 2] ^= 0x10;
                break;
            case Fault.NaN:
                Replace(results, victim, float.NaN);
                break;
            case Fault.Infinity:
                Replace(results, victim, float.PositiveInfinity);
                break;
            case Fault.NegativeZero:
                Replace(results, victim, -0f);
                break;
            case Fault.OffByOne:
                T[] copy = results.ToArray();
                copy.AsSpan(0, copy.Length - 1).CopyTo(results[1..]);
                results[0] = before[0];
                break;
            case Fault.Stale:
                before.CopyTo(results);
                break;
            case Fault.DroppedBlock:
                int start = victim / Block * Block, end = Math.Min(start + Block, results.Length);
                before[start..end].CopyTo(results[start..]);
                break;
            default:
                break;
        }
    }

    /// <summary>Spoils one number.</summary>
    /// <param name="fault">How.</param>
    /// <param name="result">What the device returned.</param>
    /// <param name="from">The number over the elements from the given one on, as a device would have it that skipped the others.</param>
    public static double Spoil(Fault fault, double result, Func<long, double> from)
    {
        double spoilt = fault switch
        {
            Fault.BitFlip => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(result) ^ 1),
            Fault.NaN => double.NaN,
            Fault.Infinity => double.PositiveInfinity,
            Fault.NegativeZero => -0.0,
            Fault.OffByOne => from(1),
            Fault.Stale => 0,
            Fault.DroppedBlock => from(Block),
            _ => result,
        };

        // What was left out may not have counted: a fault that changes nothing is none.
        return fault < Fault.Hang && spoilt.Equals(result) ? double.BitIncrement(result) : spoilt;
    }

    /// <summary>The next result that is a number: a NaN with another bit is a NaN.</summary>
    private static int NumberFrom<T>(Span<T> results, int index)
        where T : unmanaged
    {
        for (int i = 0; i < results.Length; i++)
        {
            int at = (index + i) % results.Length;
            if (results[at] is not float.NaN)
            {
                return at;
            }
        }

        return index;
    }

    // Integers have no NaN and no second zero: there the nearest kin is a wrong bit.
    private static void Replace<T>(Span<T> results, int index, float value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            // Where the right result is that already, the next one that is not.
            Span<float> floats = MemoryMarshal.Cast<T, float>(results);
            for (int i = 0; i < floats.Length; i++)
            {
                ref float victim = ref floats[(index + i) % floats.Length];
                if (BitConverter.SingleToInt32Bits(victim) != BitConverter.SingleToInt32Bits(value) && !(float.IsNaN(victim) && float.IsNaN(value)))
                {
                    victim = value;
                    return;
                }
            }
        }
        else
        {
            MemoryMarshal.AsBytes(results.Slice(index, 1))[0] ^= 2;
        }
    }
}
