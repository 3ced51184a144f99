// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Devices.Validation;

/// <summary>Discrete Gaussian noise on integers, and behind the rounding of floats, against plain comparisons.</summary>
/// <remarks>
/// Tables of real laws, of one term and of several; and one whose thresholds lie on, just below and just above words of the stream, in
/// every limb, and whose rest is asked by a quarter of the samples: what a real table meets once in 2²⁶ draws or never.
/// </remarks>
internal sealed class DiscreteGaussianCase<TStream>(string name, TStream stream, BlockFunction reference)
    : KernelCase(name, "draw", DiscreteGaussianNoise<TStream>.MaxUlp, typeof(DiscreteGaussianNoise<TStream>))
    where TStream : unmanaged, ICounterStream
{
    public override void Run(KernelTrial trial)
    {
        foreach ((uint[] words, DrawShape shape) in DrawTables.All(reference))
        {
            var op = new DiscreteGaussianNoise<TStream>(stream, shape);
            using DeviceBuffer<uint> table = trial.Device.Upload<uint>(words);
            foreach (long firstTile in DrawTables.FirstTiles(trial, shape))
            {
                int[] z = ReferenceDiscreteGaussian.Samples(trial.Length, firstTile, words, shape, reference);
                int[] x = DrawTables.Integers(trial.Length), expected = [.. x.Zip(z, (a, b) => unchecked(a + b))];
                using GuardedBuffer<int> source = trial.Place<int>(x, 1);
                using GuardedBuffer<int> destination = trial.Destination<int>(x.Length, 2);
                trial.Device.Draw(source.Window, destination.Window, table, op, firstTile);
                trial.Compare(expected, destination, i => $"{x[i]} + z of {shape} from tile {firstTile}");
                trial.Device.Draw(source.Window, source.Window, table, op, firstTile);
                trial.Compare(expected, source, i => $"in place: {x[i]} + z of {shape} from tile {firstTile}");
            }
        }
    }
}

/// <summary>The same behind clipping, scaling and rounding: against <see cref="Math.Round(double, MidpointRounding)"/>.</summary>
internal sealed class RoundAndDiscreteNoiseCase<TStream>(string name, TStream stream, BlockFunction reference)
    : KernelCase(name, "draw", RoundAndDiscreteNoise<TStream>.MaxUlp, typeof(RoundAndDiscreteNoise<TStream>))
    where TStream : unmanaged, ICounterStream
{
    public override void Run(KernelTrial trial)
    {
        (uint[] words, DrawShape shape) = DrawTables.All(reference)[0];
        int[] z = ReferenceDiscreteGaussian.Samples(trial.Length, 0, words, shape, reference);
        using DeviceBuffer<uint> table = trial.Device.Upload<uint>(words);
        foreach (float factor in (float[])[1, 0.3651483f])
        {
            float[] x = [.. trial.AnyValues(0).Select((v, i) => Math.Abs(v) * factor <= 1 << 30 ? v : i * 0.5f * (1 - (2 * (i % 2))))];
            int[] expected = [.. x.Zip(z, (a, b) => unchecked((int)Math.Round((double)(a * factor), MidpointRounding.ToEven) + b))];
            using GuardedBuffer<float> source = trial.Place<float>(x, 1);
            using GuardedBuffer<int> destination = trial.Destination<int>(x.Length, 2);
            var op = new RoundAndDiscreteNoise<TStream>(factor, new DiscreteGaussianNoise<TStream>(stream, shape));
            trial.Device.Draw(source.Window, destination.Window, table, op, 0);
            trial.Compare(expected, destination, i => $"round({factor}·{KernelTrial.Hex(x[i])}) + {z[i]}");
            trial.RequireUnchanged(x, source);
        }
    }
}

/// <summary>What draws are tried with.</summary>
internal static class DrawTables
{
    private static readonly DiscreteGaussianTable[] _real = [new(2.342), new(5000)];

    public static IReadOnlyList<(uint[] Words, DrawShape Shape)> All(BlockFunction block) =>
        [Near(block), .. _real.Select(t => (t.Words.ToArray(), t.Shape))];

    /// <summary>The start of the stream, and for short vectors its very end.</summary>
    public static long[] FirstTiles(KernelTrial trial, DrawShape shape) =>
        trial.Length <= 256 ? [0, ((1L << 32) / (2 * shape.Terms) / 16) - 1] : [0];

    /// <summary>Every kind of integer: noise wraps around.</summary>
    public static int[] Integers(int length) =>
        [.. Enumerable.Range(0, length).Select(i => (i % 4) switch { 0 => 0, 1 => int.MaxValue - i, 2 => int.MinValue + i, _ => i * 7919 })];

    /// <summary>Thresholds w − 1, w and w + 1 for words w of the first step, limb by limb; a quarter asks.</summary>
    private static (uint[] Words, DrawShape Shape) Near(BlockFunction block)
    {
        uint[] words = new uint[16], spare = new uint[16];
        block(0, words);
        block(1, spare);
        List<uint> first = [.. words.Take(4).SelectMany(w => Around(w))], rest = [];
        for (int low = -1; low <= 1; low++)
        {
            rest.AddRange([Limb(spare[0]), Limb(spare[1]), Near(spare[2], low)]);
            rest.AddRange([Limb(spare[3]), Near(spare[4], low), 5]);
            rest.AddRange([Limb(spare[5]), Near(spare[6], low), 0x7FFFFFFF]);
            rest.AddRange([Near(spare[7], low), 1, 2]);
        }

        var shape = new DrawShape(first.Count, rest.Count / 3, 1);
        return ([.. first, 1u << 29, .. rest, 3], shape);
    }

    private static IEnumerable<uint> Around(uint word) => [Near(word, -1), Near(word, 0), Near(word, 1)];

    private static uint Limb(uint word) => word & 0x7FFFFFFF;

    private static uint Near(uint word, int by) => (uint)Math.Clamp((int)Limb(word) + by, 0, 0x7FFFFFFF - 1);
}
