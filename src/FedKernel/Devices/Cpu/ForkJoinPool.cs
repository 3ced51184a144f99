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
internal sealed unsafe class ForkJoinPool : IDisposable
{
    // Spinning this long before sleeping keeps a hot sequence of kernels below a microsecond each.
    private const int SpinsBeforeSleep = 200;

    private readonly Thread[] _workers;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private delegate*<void*, long, void> _run;
    private void* _job;
    private long _chunkCount;
    private long _nextChunk;
    private int _active;
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
                _chunkCount = chunkCount;
                _nextChunk = 0;
                Volatile.Write(ref _active, _workers.Length);
                _wake.Release(_workers.Length);
                TakeChunks();
                var spin = default(SpinWait);
                while (Volatile.Read(ref _active) != 0)
                {
                    spin.SpinOnce();
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

            _stopping = true;
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

    private void Work()
    {
        while (true)
        {
            for (int i = 0; i < SpinsBeforeSleep && _wake.CurrentCount == 0; i++)
            {
                Thread.SpinWait(20);
            }

            _wake.Wait();
            if (Volatile.Read(ref _stopping))
            {
                return;
            }

            TakeChunks();
            Interlocked.Decrement(ref _active);
        }
    }

    private void TakeChunks()
    {
        while (true)
        {
            long chunk = Interlocked.Increment(ref _nextChunk) - 1;
            if (chunk >= _chunkCount)
            {
                return;
            }

            _run(_job, chunk);
        }
    }
}
