// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>The verbs CountVotes and DecideVotes against counting one bit after the other.</summary>
internal sealed class VoteCase() : KernelCase("majority_vote", "special", 0, typeof(Device))
{
    public override void Run(KernelTrial trial)
    {
        foreach (int planeCount in (int[])[4, 5, 9])
        {
            Check(trial, trial.Length, planeCount);
        }
    }

    private static void Check(KernelTrial trial, int words, int planeCount)
    {
        int[] votes = Words(FifteenVotes.Rows * words, 1), before = Words(planeCount * words, 2);
        using GuardedBuffer<int> rows = trial.Place<int>(votes, 1);
        using GuardedBuffer<int> planes = trial.Place<int>(before, 2);
        using GuardedBuffer<int> destination = trial.Destination<int>(words, 3);
        DeviceBuffer<uint> counted = planes.Window.Reinterpret<uint>();
        trial.Device.CountVotes(rows.Window.Reinterpret<uint>(), counted, planeCount);
        int[] after = new int[before.Length], decided = new int[words];
        int mask = (1 << planeCount) - 1, threshold = 8 % mask;
        for (int b = 0; b < 32 * words; b++)
        {
            int sum = (Count(before, planeCount, words, b) + Count(votes, words, b)) & mask;
            for (int p = 0; p < planeCount; p++)
            {
                after[(p * words) + (b / 32)] |= ((sum >> p) & 1) << (b % 32);
            }

            decided[b / 32] |= (sum >= threshold ? 1 : 0) << (b % 32);
        }

        trial.Compare(after, planes, i => $"word {i % words} of plane {i / words} of {planeCount}");
        trial.Require(rows.Window.ToArray().AsSpan().SequenceEqual(votes), "the kernel wrote to its source");
        trial.Device.DecideVotes(counted, planeCount, threshold, destination.Window.Reinterpret<uint>());
        trial.Compare(decided, destination, i => $"word {i} of counts from {threshold} on");
    }

    /// <summary>The number whose bit p is at place b of plane p.</summary>
    private static int Count(int[] planes, int planeCount, int words, int b)
    {
        int count = 0;
        for (int p = 0; p < planeCount; p++)
        {
            count |= ((planes[(p * words) + (b / 32)] >> (b % 32)) & 1) << p;
        }

        return count;
    }

    /// <summary>Rows whose bit at place b is 1.</summary>
    private static int Count(int[] rows, int words, int b)
    {
        int count = 0;
        for (int r = 0; r < FifteenVotes.Rows; r++)
        {
            count += (rows[(r * words) + (b / 32)] >> (b % 32)) & 1;
        }

        return count;
    }

    private static int[] Words(int length, ulong vector)
    {
        var words = new int[length];
        for (int i = 0; i < length; i++)
        {
            words[i] = (int)TestValues.Mix(vector, (ulong)i);
        }

        return words;
    }
}
