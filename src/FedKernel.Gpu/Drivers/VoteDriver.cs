// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>The verbs CountVotes and DecideVotes. A step is one word, 32 counters; fifteen loads are on their way at once.</summary>
internal static class VoteDriver
{
    /// <summary>How the host starts <see cref="Count"/>.</summary>
    public delegate void CountLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<uint> rows, ArrayView<uint> planes,
        long rowsStart, long planesStart, int planeCount, long words);

    /// <summary>How the host starts <see cref="Decide"/>.</summary>
    public delegate void DecideLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<uint> planes, ArrayView<uint> destination,
        long planesStart, long destinationStart, int planeCount, int threshold, long words);

    /// <summary>Adds fifteen rows to the planes.</summary>
    public static void Count(
        ArrayView<uint> rows, ArrayView<uint> planes, long rowsStart, long planesStart, int planeCount, long words)
    {
        for (long i = GridThread.Index; i < words; i += GridThread.Count)
        {
            FifteenVotes.Count(
                new VoteRows(rows, rowsStart + i, words),
                out ScalarWord ones, out ScalarWord twos, out ScalarWord fours, out ScalarWord eights);
            long at = planesStart + i;
            ScalarWord carry = Plane(planes, at, ones, new ScalarWord(0));
            carry = Plane(planes, at + words, twos, carry);
            carry = Plane(planes, at + (2 * words), fours, carry);
            carry = Plane(planes, at + (3 * words), eights, carry);
            for (int p = FifteenVotes.Planes; p < planeCount; p++)
            {
                carry = Plane(planes, at + (p * words), carry, new ScalarWord(0));
            }
        }
    }

    /// <summary>Compares the counts with a threshold.</summary>
    public static void Decide(
        ArrayView<uint> planes, ArrayView<uint> destination,
        long planesStart, long destinationStart, int planeCount, int threshold, long words)
    {
        for (long i = GridThread.Index; i < words; i += GridThread.Count)
        {
            var reaches = new ScalarWord(uint.MaxValue);
            for (int p = 0; p < planeCount; p++)
            {
                reaches = FifteenVotes.Reaches(
                    new ScalarWord(planes[planesStart + (p * words) + i]), reaches, ((threshold >> p) & 1) != 0);
            }

            destination[destinationStart + i] = reaches.Value;
        }
    }

    private static ScalarWord Plane(ArrayView<uint> planes, long at, ScalarWord bits, ScalarWord carry)
    {
        planes[at] = FifteenVotes.Add(new ScalarWord(planes[at]), bits, carry, out ScalarWord next).Value;
        return next;
    }
}

/// <summary>The words at one place of rows in device memory.</summary>
internal readonly struct VoteRows(ArrayView<uint> words, long first, long stride) : IVoteRows<ScalarWord>
{
    private readonly ArrayView<uint> _words = words;
    private readonly long _first = first, _stride = stride;

    public ScalarWord Row(int number) => new(_words[_first + (number * _stride)]);
}
