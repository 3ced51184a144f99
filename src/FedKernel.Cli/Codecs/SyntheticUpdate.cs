// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Cli.Codecs;

/// <summary>Vectors with the shape of an update, for a comparison without a file.</summary>
internal static class SyntheticUpdate
{
    /// <summary>What can be drawn.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["normal", "heavy-tailed", "mixed"];

    /// <summary>Draws one.</summary>
    /// <param name="kind">
    /// normal: N(0, 1). heavy-tailed: Student's t with 3 degrees of freedom, whose largest values are most of its norm. mixed: three
    /// layers of normal values that differ by ten times from one to the next, as those of networks do.
    /// </param>
    /// <param name="elements">At least 1.</param>
    /// <param name="seed">The same seed, the same vector.</param>
    public static CompressionSubject Draw(string kind, long elements, ulong seed)
    {
        (double Share, double Scale)[] layers = kind == "mixed" ? [(0.6, 0.01), (0.3, 0.1), (0.1, 1)] : [(1, 1)];
        var tensors = new List<(string Name, IReadOnlyList<long> Shape)>();
        var values = new float[elements];
        var random = new SimulationRandom(new SimulationSeed(seed));
        long start = 0;
        for (int layer = 0; layer < layers.Length && start < elements; layer++)
        {
            long count = layer == layers.Length - 1 ? elements - start : Math.Max(1, (long)(elements * layers[layer].Share));
            AddTensors(tensors, $"layer{layer + 1}", count);
            foreach (ref float value in values.AsSpan((int)start, (int)count))
            {
                double tail = kind == "heavy-tailed" ? Math.Sqrt(3 / Squares(random, 3)) : 1;
                value = (float)(layers[layer].Scale * tail * random.NextNormal());
            }

            start += count;
        }

        return new CompressionSubject($"synthetic {kind}", new ParameterLayout(tensors), values);
    }

    /// <summary>A matrix, nearly square, and what is left over as a bias.</summary>
    private static void AddTensors(List<(string Name, IReadOnlyList<long> Shape)> tensors, string name, long count)
    {
        var rows = (long)Math.Sqrt(count);
        tensors.Add(($"{name}.weight", [rows, count / rows]));
        if (count % rows > 0)
        {
            tensors.Add(($"{name}.bias", [count % rows]));
        }
    }

    private static double Squares(SimulationRandom random, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            double z = random.NextNormal();
            sum += z * z;
        }

        return sum;
    }
}
