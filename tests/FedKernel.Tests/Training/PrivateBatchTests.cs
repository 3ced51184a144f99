// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Sampling;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class PrivateBatchTests
{
    private const NeighbouringRelation AddRemove = NeighbouringRelation.AddOrRemoveOne, Replace = NeighbouringRelation.ReplaceOne;

    [Fact]
    public void Poisson_ManyBatches_EachRecordComesByItsOwnCoin()
    {
        const int Records = 50, Batches = 20_000;
        const double Q = 0.3;
        using SecretKey256 key = Key(1);
        var source = new PoissonBatches(Records, Q, key);
        var counts = new int[Records];
        double sizes = 0, squares = 0;
        int together = 0;
        for (int b = 0; b < Batches; b++)
        {
            int[] batch = source.Next();
            Assert.Equal(batch.Order().Distinct(), batch);
            Array.ForEach(batch, r => counts[r]++);
            together += batch.Contains(3) && batch.Contains(4) ? 1 : 0;
            sizes += batch.Length;
            squares += (double)batch.Length * batch.Length;
        }

        // Fixed key: the outcome is fixed. The limits are 5 standard errors, a chance of 10⁻⁶ each had the key been drawn.
        double error = Math.Sqrt(Q * (1 - Q) / Batches);
        Assert.All(counts, c => Assert.InRange((double)c / Batches, Q - (5 * error), Q + (5 * error)));
        Assert.InRange((double)together / Batches, 0.09 - (5 * Math.Sqrt(0.09 * 0.91 / Batches)), 0.09 + (5 * Math.Sqrt(0.09 * 0.91 / Batches)));
        // The size is binomial, not fixed: variance n·q·(1 − q) = 10.5, known to 1 % here.
        double mean = sizes / Batches;
        Assert.InRange((squares / Batches) - (mean * mean), 10.5 * 0.95, 10.5 * 1.05);
        Assert.Equal(15, source.ExpectedBatchSize);
    }

    [Fact]
    public void Poisson_WithCertainty_IsTheWholeAndNoSampling()
    {
        using SecretKey256 key = Key(2);
        var source = new PoissonBatches(5, 1, key);
        Assert.Equal([0, 1, 2, 3, 4], source.Next());
        GaussianEvent e = new(2, AddRemove);
        Assert.Equal(new RepeatedEvent(e, 3), source.Account([e, e, e]));
        Assert.Equal(e, source.Account([e]));
    }

    [Fact]
    public void Poisson_OtherKeyOrBatch_OtherCoins()
    {
        using SecretKey256 one = Key(3), two = Key(4);
        int[][] batches = [.. new[] { new PoissonBatches(200, 0.5, one), new PoissonBatches(200, 0.5, one), new PoissonBatches(200, 0.5, two) }
            .SelectMany(s => new[] { s.Next(), s.Next() })];
        Assert.Equal(batches[0], batches[2]);
        Assert.NotEqual(batches[0], batches[1]);
        Assert.NotEqual(batches[0], batches[4]);
        Assert.Empty(new PoissonBatches(5, 1e-9, one).Next());
    }

    [Fact]
    public void FixedSize_ManyBatches_EverySetIsEquallyLikely()
    {
        using SecretKey256 key = Key(5);
        var source = new FixedSizeBatches(6, 3, key);
        const int Batches = 40_000;
        Dictionary<string, int> sets = Enumerable.Range(0, Batches).Select(_ => string.Join(',', source.Next()))
            .GroupBy(s => s).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(20, sets.Count);
        double chi = sets.Values.Sum(c => Math.Pow(c - (Batches / 20.0), 2) / (Batches / 20.0));
        // χ² with 19 degrees of freedom: above 50.8 with probability 10⁻⁴ had the key been drawn.
        Assert.InRange(chi, 0, 50.8);
    }

    [Fact]
    public void Account_EachSource_StatesItsOwnEventAndNoOther()
    {
        using SecretKey256 key = Key(6);
        GaussianEvent a = new(1, AddRemove), b = new(2, AddRemove), ra = new(1, Replace), rb = new(2, Replace);
        Assert.Equal(
            new ComposedEvent(new RepeatedEvent(new PoissonSampledEvent(0.1, a), 2), new PoissonSampledEvent(0.1, b)),
            new PoissonBatches(50, 0.1, key).Account([a, a, b]));
        Assert.Equal(new RepeatedEvent(new FixedSizeSampledEvent(4, 50, ra), 2), new FixedSizeBatches(50, 4, key).Account([ra, ra]));
        Assert.Throws<ArgumentException>(() => new PoissonBatches(50, 0.1, key).Account([ra]));
        Assert.Throws<ArgumentException>(() => new FixedSizeBatches(50, 4, key).Account([a]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonBatches(50, 0.1, key).Account([]));
    }

    [Fact]
    public void Account_ShuffledBatches_AreEpochsOfTheLeastNoisyBatchWithoutAmplification()
    {
        var source = new ReshufflingBatches(10, 4, new SimulationSeed(1), client: 0);
        GaussianEvent a = new(1, Replace), b = new(2, Replace);
        // Three batches a pass: two passes are over and one has begun.
        Assert.Equal(
            new ComposedEvent(new EpochEvent(a), new RepeatedEvent(new EpochEvent(b), 2)),
            source.Account([b, a, b, b, b, b, b]));
        Assert.Equal(
            PrivacyAccountant.Epsilon(new GaussianEvent(2, Replace).Compose(2), 1e-5),
            PrivacyAccountant.Epsilon(source.Account([b, b, b, b, b, b]), 1e-5));
        Assert.Throws<ArgumentException>(() => source.Account([new GaussianEvent(1, AddRemove)]));
    }

    [Fact]
    public void Groups_RepeatedPatients_DecideTheUnit()
    {
        TabularDataset table = GhostGradientTests.Table(12, 2, rowsPerPatient: 3);
        Assert.Equal((4, 12, PrivacyUnit.Patient), (RecordGroups.ByPatient(table).Count, RecordGroups.ByPatient(table).RowCount, RecordGroups.ByPatient(table).Unit));
        Assert.Equal((12, PrivacyUnit.Example), (RecordGroups.ByRow(table).Count, RecordGroups.For(table, PrivacyUnit.Example).Unit));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordGroups.For(table, PrivacyUnit.Client));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(5, 0)]
    [InlineData(5, 1.5)]
    [InlineData(5, double.NaN)]
    public void Create_MeaninglessSampling_IsRefused(int records, double q)
    {
        using SecretKey256 key = Key(7);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonBatches(records, q, key));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedSizeBatches(records, 6, key));
    }

    private static SecretKey256 Key(byte first) => SecretKey256.Import([first, 77, .. new byte[30]]);
}
