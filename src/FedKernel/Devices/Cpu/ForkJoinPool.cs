// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace FedKernel.Devices.Cpu;

/// <summary>A piece of work that is cut into chunks; chunk c may run on any thread.</summary>
internal interface IChunkedJob
{
    void Run(long chunk);
}

/// <summary>
/// Fork and join over a fixed set of threads, without allocation: the job stays on the caller's stack and is handed over as a
/// pointer. Parallel.For would cost two microseconds and an allocation for each kernel.
/// </summary>
/// <remarks>
/// A job is over when its chunks are, not when every thread has looked in: a thread that the operating system holds back delays
/// nobody. It may wake with a job long gone; so a chunk is taken by exchanging one word that holds the number of the job beside
/// the next chunk, and whoever comes late fails the exchange before it follows the pointer.
/// </remarks>
internal sealed unsafe class ForkJoinPool : IDisposable
{
    // The ticket: 40 bits of job number, 24 bits of next chunk.
    private const int ChunkBits = 24;
    private const long MostChunks = (1L << ChunkBits) - 1;

    // A thread without work looks this often, some 50 µs, before it sleeps: a sequence of kernels then costs no wake-up.
    private const int LooksBeforeSleep = 2000;

    private readonly Thread[] _workers;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private delegate*<void*, long, void> _run;
    private void* _job;
    private long _firstChunk;
    private long _chunkCount;
    private long _ticket = MostChunks;
    private long _done;
    private int _sleepers;
    private bool _stopping;

    public ForkJoinPool(int threadCount)
    {
        _workers = new Thread[threadCount - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"FedKernel {i + 1}" };
            _workers[i].Start();
        }
    }

    public int ThreadCount => _workers.Length + 1;

    /// <summary>Runs every chunk and returns when all are done. A caller that finds the pool busy works alone.</summary>
    public void Run<TJob>(ref TJob job, long chunkCount)
        where TJob : unmanaged, IChunkedJob
    {
        if (chunkCount <= 1 || _workers.Length == 0 || !_gate.TryEnter())
        {
            for (long chunk = 0; chunk < chunkCount; chunk++)
            {
                job.Run(chunk);
            }

            return;
        }

        try
        {
            fixed (TJob* pointer = &job)
            {
                _run = &RunChunk<TJob>;
                _job = pointer;
                for (_firstChunk = 0; _firstChunk < chunkCount; _firstChunk += MostChunks)
                {
                    Fork(Math.Min(MostChunks, chunkCount - _firstChunk));
                }
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            Volatile.Write(ref _stopping, true);
            _wake.Release(Math.Max(1, _workers.Length));
        }

        foreach (Thread worker in _workers)
        {
            worker.Join();
        }

        _wake.Dispose();
    }

    private static void RunChunk<TJob>(void* job, long chunk)
        where TJob : unmanaged, IChunkedJob => Unsafe.AsRef<TJob>(job).Run(chunk);

    private void Fork(long count)
    {
        _chunkCount = count;
        _done = 0;
        long jobNumber = (_ticket >> ChunkBits) + 1;

        // The exchange is also a full fence: what is written above is seen by whoever sees the new number, and a thread that
        // went to sleep before it is seen below.
        Interlocked.Exchange(ref _ticket, jobNumber << ChunkBits);
        int sleepers = Volatile.Read(ref _sleepers);
        if (sleepers > 0)
        {
            _wake.Release(sleepers);
        }

        TakeChunks(jobNumber);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _done) != count)
        {
            // Never the sleep of a millisecond that SpinWait offers in the end.
            spin.SpinOnce(sleep1Threshold: -1);
        }

        // Closed until the next job is written down whole: a thread that looks in between must find nothing to take.
        Interlocked.Exchange(ref _ticket, (jobNumber << ChunkBits) | MostChunks);
    }

    private void Work()
    {
        long seen = 0;
        while (true)
        {
            long jobNumber = AwaitJobAfter(seen);
            if (Volatile.Read(ref _stopping))
            {
                return;
            }

            TakeChunks(jobNumber);
            seen = jobNumber;
        }
    }

    private long AwaitJobAfter(long seen)
    {
        while (true)
        {
            for (int i = 0; i < LooksBeforeSleep; i++)
            {
                long jobNumber = Volatile.Read(ref _ticket) >> ChunkBits;
                if (jobNumber != seen || Volatile.Read(ref _stopping))
                {
                    return jobNumber;
                }

                Thread.SpinWait(1);
            }

            Interlocked.Increment(ref _sleepers);
            if (Volatile.Read(ref _ticket) >> ChunkBits == seen && !Volatile.Read(ref _stopping))
            {
                _wake.Wait();
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }

    private void TakeChunks(long jobNumber)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            long next = ticket & MostChunks;

            // A count that belongs to a later job does no harm: the exchange then fails.
            if (ticket >> ChunkBits != jobNumber || next >= Volatile.Read(ref _chunkCount))
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) == ticket)
            {
                _run(_job, _firstChunk + next);
                Interlocked.Increment(ref _done);
            }
        }
    }
}
