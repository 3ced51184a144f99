// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>Magnitudes, plainly.</summary>
internal static class PlainSelection
{
    /// <summary>The float32 pattern without the sign.</summary>
    public static uint Word(float x) => BitConverter.SingleToUInt32Bits(x) & 0x7FFF_FFFF;

    /// <summary>All indices, the largest magnitude first, of equals the lowest index first.</summary>
    public static uint[] Order(float[] x)
    {
        var keys = new ulong[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            keys[i] = ((ulong)~Word(x[i]) << 32) | (uint)i;
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, k => (uint)k);
    }

    /// <summary>Compares a selection.</summary>
    public static void Compare(
        KernelTrial trial, float[] x, uint[] expected, long firstIndex, GuardedBuffer<uint> indices, GuardedBuffer<float> values)
    {
        string what = $"{expected.Length} of {x.Length}";
        trial.Compare(Array.ConvertAll(expected, e => e + (uint)firstIndex), indices, i => $"index {i} of {what}");
        trial.Compare(Array.ConvertAll(expected, e => x[e]), values, i => $"value {i} of {what}", bitPatterns: true);
    }
}

/// <summary>The k largest against a plain sort: values of all kinds, many equals, all equal. And histograms against a plain count.</summary>
internal sealed class SelectLargestCase() : KernelCase("select_largest", "special", 0, typeof(RadixSelect))
{
    public override void Run(KernelTrial trial)
    {
        trial.Compare(0, 0, "nothing");
        if (trial.Length > 0)
        {
            Check(trial, trial.AnyValues(0));
            Check(trial, trial.FiniteValues(1));
            Check(trial, Array.ConvertAll(trial.FiniteValues(2), v => v > 0 ? 1f : -0.5f));
            Check(trial, new float[trial.Length]);
            CheckCounts(trial);
        }
    }

    private static void CheckCounts(KernelTrial trial)
    {
        float[] x = trial.AnyValues(0);
        using GuardedBuffer<float> source = trial.Place<float>(x, 1);
        CheckCounts(trial, x, source, 0, 27, 16);
        CheckCounts(trial, x, source, PlainSelection.Word(1f), 20, 2);
        CheckCounts(trial, x, source, PlainSelection.Word(0.5f), 16, trial.Length < 5000 ? 100 : 33);
        CheckCounts(trial, x, source, PlainSelection.Word(1f), 0, 5);
        trial.RequireUnchanged(x, source);
    }

    private static void CheckCounts(KernelTrial trial, float[] x, GuardedBuffer<float> source, uint lowest, int shift, int ranges)
    {
        long[] expected = new long[ranges], found = new long[ranges];
        foreach (float value in x)
        {
            long range = ((long)PlainSelection.Word(value) - lowest) >> shift;
            if (range >= 0 && range < ranges)
            {
                expected[range]++;
            }
        }

        trial.Device.CountMagnitudes(source.Window, lowest, shift, found);
        for (int r = 0; r < ranges; r++)
        {
            trial.Compare(expected[r], found[r], $"range {r} of {ranges} from {lowest:x8} on, each 2^{shift} wide");
        }
    }

    private static void Check(KernelTrial trial, float[] x)
    {
        uint[] order = PlainSelection.Order(x);
        int n = x.Length;
        foreach (int k in new SortedSet<int> { 1, (n / 100) + 1, (n / 2) + 1, n })
        {
            uint[] expected = order[..k];
            Array.Sort(expected);
            long firstIndex = k == 1 ? uint.MaxValue - n : 0;
            using GuardedBuffer<float> source = trial.Place<float>(x, k);
            using GuardedBuffer<uint> indices = trial.Destination<uint>(k, 2);
            using GuardedBuffer<float> values = trial.Destination<float>(k, 3);
            trial.Device.SelectLargest(source.Window, indices.Window, values.Window, firstIndex);
            PlainSelection.Compare(trial, x, expected, firstIndex, indices, values);
            trial.RequireUnchanged(x, source);
        }
    }
}

/// <summary>Magnitudes from a threshold on against a plain filter.</summary>
internal sealed class SelectAtLeastCase() : KernelCase("select_at_least", "special", 0, typeof(RadixSelect))
{
    public override void Run(KernelTrial trial)
    {
        trial.Compare(0, 0, "nothing");
        if (trial.Length > 0)
        {
            float[] x = trial.FiniteValues(0);
            float some = Math.Abs(x[x.Length / 2]);
            foreach (float threshold in (float[])[0, float.Epsilon, 1, some, 64, float.MaxValue])
            {
                Check(trial, x, threshold);
            }

            Check(trial, trial.AnyValues(1), 1);
        }
    }

    private static void Check(KernelTrial trial, float[] x, float threshold)
    {
        uint[] expected =
            [.. Enumerable.Range(0, x.Length).Where(i => PlainSelection.Word(x[i]) >= PlainSelection.Word(threshold)).Select(i => (uint)i)];
        using GuardedBuffer<float> source = trial.Place<float>(x, 1);
        trial.Device.SelectAtLeast(source.Window, threshold, out DeviceBuffer<uint> indices, out DeviceBuffer<float> values, 7);
        using (indices)
        using (values)
        {
            // Guarded copies, so that the comparison is that of all results.
            using GuardedBuffer<uint> i = trial.Place<uint>(indices.ToArray(), 1);
            using GuardedBuffer<float> v = trial.Place<float>(values.ToArray(), 1);
            trial.Require(indices.Length == expected.Length, $"{indices.Length} values from {threshold} on, expected {expected.Length}");
            if (indices.Length == expected.Length)
            {
                PlainSelection.Compare(trial, x, expected, 7, i, v);
            }
        }

        trial.RequireUnchanged(x, source);
    }
}
