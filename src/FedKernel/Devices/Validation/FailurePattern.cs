// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Devices.Validation;

/// <summary>What wrong values have in common: a lost block is a run, a broken lane a stride, a broken wire one bit.</summary>
internal static class FailurePattern
{
    /// <summary>As in " (32 of 300 values differ, every 8th, all in bit 20; a second read is the same)".</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="found">What was read.</param>
    /// <param name="again">What was read a second time: if it is right, memory is and the transfer is not.</param>
    public static string Of(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, ReadOnlySpan<float> again)
    {
        ReadOnlySpan<uint> want = MemoryMarshal.Cast<float, uint>(expected), got = MemoryMarshal.Cast<float, uint>(found);
        int count = 0, last = -1, stride = 0;
        uint bits = 0;
        bool regular = true;
        for (int i = 0; i < got.Length; i++)
        {
            if (want[i] == got[i] || (float.IsNaN(expected[i]) && float.IsNaN(found[i])))
            {
                continue;
            }

            if (count == 1)
            {
                stride = i - last;
            }

            regular &= count < 2 || i - last == stride;
            bits |= want[i] ^ got[i];
            (last, count) = (i, count + 1);
        }

        string every = count > 2 && regular ? stride == 1 ? ", in a row" : $", {stride} apart" : "";
        string bit = System.Numerics.BitOperations.PopCount(bits) == 1
            ? $", in bit {System.Numerics.BitOperations.TrailingZeroCount(bits)} alone"
            : "";
        bool same = got.SequenceEqual(MemoryMarshal.Cast<float, uint>(again));
        return $" ({count} of {got.Length} differ{every}{bit}; a second read gives {(same ? "the same" : "other values")})";
    }
}
