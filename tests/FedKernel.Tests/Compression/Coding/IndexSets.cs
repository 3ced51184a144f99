// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;
using FsCheck;
using FsCheck.Fluent;

namespace FedKernel.Tests.Compression.Coding;

/// <summary>Sets of indices of every kind: random, runs, both ends, regular, empty, full.</summary>
internal static class IndexSets
{
    public static Gen<(uint[] Indices, long Length)> Any { get; } =
        from kind in Gen.Choose(0, 6)
        from length in Gen.OneOf(Gen.Choose(1, 70), Gen.Choose(1, 5000))
        from seed in Gen.Choose(0, int.MaxValue)
        select (Create(kind, length, (ulong)seed), (long)length);

    /// <summary>Every index with its own coin.</summary>
    public static uint[] Bernoulli(int length, double probability, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        return [.. Enumerable.Range(0, length).Where(_ => random.NextUniform() < probability).Select(i => (uint)i)];
    }

    private static uint[] Create(int kind, int length, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        IEnumerable<int> all = Enumerable.Range(0, length);
        double density = Math.Pow(10, -3 * random.NextUniform());
        int run = 1 + random.NextBelow(40), step = 1 + random.NextBelow(100);
        return [.. (kind switch
        {
            0 => all.Where(_ => random.NextUniform() < density),
            1 => all.Where(i => i / run % 5 == 0),
            2 => all.Where(i => i < run || i >= length - run),
            3 => all.Where(i => i % step == step - 1),
            4 => [random.NextBelow(length)],
            5 => [],
            _ => all,
        }).Select(i => (uint)i)];
    }
}
