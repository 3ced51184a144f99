// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Partitioning;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class PartitionerTests
{
    private static readonly double[] _shares = [4, 3, 2, 1];
    private static readonly float[] _labels = [.. Enumerable.Range(0, 500).Select(i => i % 5 < 2 ? 1f : 0f)];

    public static TheoryData<string, IPartitioner> Partitioners => new()
    {
        { "iid", QuantityPartitioner.Iid(7) },
        { "quantity", new QuantityPartitioner(_shares) },
        { "dirichlet 0.1", new DirichletPartitioner(_shares, 0.1) },
        { "dirichlet 100, minimum", new DirichletPartitioner(_shares, 100, minimumPerLabel: 15) },
    };

    [Theory]
    [MemberData(nameof(Partitioners))]
    public void Partition_AnyKind_GivesEachRowToOneClientAndRepeats(string name, IPartitioner partitioner)
    {
        IReadOnlyList<int[]> parts = partitioner.Partition(_labels, new SimulationSeed(1));
        Assert.True(Enumerable.Range(0, 500).SequenceEqual(parts.SelectMany(p => p).Order()), name);
        Assert.Equal(parts, partitioner.Partition(_labels, new SimulationSeed(1)));
        Assert.NotEqual(parts, partitioner.Partition(_labels, new SimulationSeed(2)));
    }

    [Fact]
    public void Partition_Shares_AreKept()
    {
        Assert.Equal([200, 150, 100, 50], new QuantityPartitioner(_shares).Partition(_labels, default).Select(p => p.Length));
        Assert.Equal([200, 150, 100, 50], new DirichletPartitioner(_shares, 0.2).Partition(_labels, default).Select(p => p.Length));
        Assert.Equal([167, 167, 166], QuantityPartitioner.Iid(3).Partition(_labels, default).Select(p => p.Length).OrderDescending());
    }

    /// <summary>
    /// The first client fills its quota from full pools: its share of positives is Beta(αp, α(1 − p)) and then binomial, so its
    /// variance is p(1 − p)·(1/(α + 1) + α/(α + 1)/n).
    /// </summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(30)]
    public void Partition_Concentration_GivesTheVarianceOfTheDirichletDistribution(double concentration)
    {
        const int Seeds = 1000, Quota = 50;
        double[] squares = [.. Enumerable.Range(0, Seeds).Select(seed =>
        {
            int[] first = new DirichletPartitioner([1, 9], concentration).Partition(_labels, new SimulationSeed((ulong)seed))[0];
            Assert.Equal(Quota, first.Length);
            return Math.Pow(first.Average(r => _labels[r]) - 0.4, 2);
        })];
        double expected = 0.24 * ((1 / (concentration + 1)) + (concentration / (concentration + 1) / Quota));
        double mean = squares.Average(), error = Math.Sqrt(squares.Average(s => (s - mean) * (s - mean)) / Seeds);
        Assert.Equal(expected, mean, 4 * error);
    }

    [Fact]
    public void Partition_MinimumPerLabel_IsKeptUnderTheStrongestSkew()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            Assert.All(
                new DirichletPartitioner(_shares, 0.01, minimumPerLabel: 9).Partition(_labels, new SimulationSeed(seed)),
                p => Assert.InRange(p.Count(r => _labels[r] == 1), 9, p.Length - 9));
        }
    }

    [Fact]
    public void Partition_TooFewRows_SaysSo()
    {
        Assert.Throws<ArgumentException>(() => new QuantityPartitioner(_shares, 60).Partition(_labels, default));
        Assert.Throws<ArgumentException>(() => new DirichletPartitioner(_shares, 1, 30).Partition(_labels, default));
        Assert.Throws<ArgumentException>(() => QuantityPartitioner.Iid(4).Partition([1, 0, 1], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantityPartitioner([1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DirichletPartitioner(_shares, 0));
    }

    [Fact]
    public void Split_Labels_KeepTheirShareAndNoRowIsInBoth()
    {
        var table = new TabularDataset(["x"], new float[500], _labels, [.. Enumerable.Range(0, 500)]);
        Hospital hospital = StratifiedSplit.Split("h", table, 0.25, new SimulationSeed(3), 0);
        Assert.Equal((125, 50), (hospital.Test.RowCount, hospital.Test.Labels.ToArray().Count(l => l == 1)));
        Assert.Equal(Enumerable.Range(0, 500), hospital.Test.PatientIds.ToArray().Concat(hospital.Train.PatientIds.ToArray()).Order());
    }
}
