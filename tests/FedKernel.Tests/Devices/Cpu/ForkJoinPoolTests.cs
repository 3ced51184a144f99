// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using Xunit;

namespace FedKernel.Tests.Devices.Cpu;

public sealed class ForkJoinPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyTinyJobs_RunsEveryChunkOnce(int threads)
    {
        using var pool = new ForkJoinPool(threads);
        Assert.Equal(threads, pool.ThreadCount);
        for (int round = 0; round < 3000; round++)
        {
            AssertEveryChunkOnce(pool, round % 70);
        }
    }

    [Fact]
    public void Run_FewChunksThenMany_NoLateThreadTakesOneOfTheNext()
    {
        // Six threads on two processors: some are always late, and meet the next job while it is being written down.
        using var pool = new ForkJoinPool(6);
        for (int round = 0; round < 30_000; round++)
        {
            AssertEveryChunkOnce(pool, round % 2 == 0 ? 2 : 100);
        }
    }

    [Fact]
    public async Task Run_ConcurrentCallers_EachGetsItsOwnWholeResult()
    {
        using var pool = new ForkJoinPool(2);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
        {
            for (int round = 0; round < 1000; round++)
            {
                AssertEveryChunkOnce(pool, 1 + ((round + caller) % 40));
            }
        })));
    }

    [Fact]
    public void Dispose_AfterWorkAndTwice_Ends()
    {
        var pool = new ForkJoinPool(3);
        AssertEveryChunkOnce(pool, 50);
        pool.Dispose();
        pool.Dispose();
        new ForkJoinPool(3).Dispose();
        new ForkJoinPool(1).Dispose();
    }

    private static unsafe void AssertEveryChunkOnce(ForkJoinPool pool, int chunks)
    {
        int* counts = stackalloc int[128];
        new Span<int>(counts, 128).Clear();
        var job = new CountingJob(counts);
        pool.Run(ref job, chunks);
        for (int c = 0; c < 128; c++)
        {
            Assert.Equal(c < chunks ? 1 : 0, Volatile.Read(ref counts[c]));
        }
    }

    private readonly unsafe struct CountingJob(int* counts) : IChunkedJob
    {
        private readonly int* _counts = counts;

        public void Run(long chunk) => Interlocked.Increment(ref _counts[chunk]);
    }
}
