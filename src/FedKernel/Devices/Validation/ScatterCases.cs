// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>Indices of a sparse vector, plainly.</summary>
internal static class PlainIndices
{
    /// <summary>Strictly increasing, below d: about one in eight of some, every one of others.</summary>
    public static uint[] Of(KernelTrial trial, bool every)
    {
        float[] coin = trial.AnyValues(9);
        return [.. Enumerable.Range(0, trial.Length).Where(i => every || (PlainSelection.Word(coin[i]) & 7) == 0).Select(i => (uint)i)];
    }
}

/// <summary>Gather, Scatter and ScatterAdd against plain loops.</summary>
internal sealed class ScatterCase() : KernelCase("gather_scatter", "special", 0, typeof(RadixSelect))
{
    public override void Run(KernelTrial trial)
    {
        foreach (bool every in (bool[])[false, true])
        {
            uint[] at = PlainIndices.Of(trial, every);
            float[] dense = trial.AnyValues(1), values = trial.AnyValues(2, at.Length), sums = trial.FiniteValues(3);
            using GuardedBuffer<uint> indices = trial.Place<uint>(at, 3);
            using GuardedBuffer<float> source = trial.Place<float>(dense, 1), sparse = trial.Place<float>(values, 2);
            using GuardedBuffer<float> gathered = trial.Destination<float>(at.Length, 4), total = trial.Place<float>(sums, 5);
            trial.Device.Gather(source.Window, indices.Window, gathered.Window);
            trial.Compare(Array.ConvertAll(at, i => dense[i]), gathered, i => $"gathered from {at[i]}", bitPatterns: true);
            for (int i = 0; i < at.Length; i++)
            {
                dense[at[i]] = values[i];
                float term = values[i] * 1.7f;
                sums[at[i]] += term;
            }

            trial.Device.Scatter(indices.Window, sparse.Window, source.Window);
            trial.Compare(dense, source, i => $"scattered to {i}", bitPatterns: true);
            trial.Device.ScatterAdd(indices.Window, sparse.Window, total.Window, 1.7f);
            trial.Compare(sums, total, i => $"added to {i}");
            trial.RequireUnchanged(values, sparse);
        }
    }
}

/// <summary>ScatterAccumulate against a plain loop.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="reference">x → the integer that it contributes.</param>
internal sealed class ScatterAccumulateCase<TOp>(string name, TOp op, Func<float, long> reference)
    : KernelCase(name, "sparse", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IAccumulate
{
    public override void Run(KernelTrial trial)
    {
        uint[] at = PlainIndices.Of(trial, every: false);
        float[] values = trial.AnyValues(2, at.Length);
        long[] expected = trial.Integers(1);
        using GuardedBuffer<uint> indices = trial.Place<uint>(at, 3);
        using GuardedBuffer<float> sparse = trial.Place<float>(values, 2);
        using GuardedBuffer<long> integers = trial.Place<long>(expected, 1);
        for (int i = 0; i < at.Length; i++)
        {
            expected[at[i]] = unchecked(expected[at[i]] + reference(values[i]));
        }

        trial.Device.ScatterAccumulate(indices.Window, sparse.Window, integers.Window, op);
        trial.Compare(expected, integers, i => $"accumulated at {i}");
        trial.RequireUnchanged(values, sparse);
    }
}
