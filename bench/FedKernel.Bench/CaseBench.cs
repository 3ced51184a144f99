// SPDX-License-Identifier: Apache-2.0
using BenchmarkDotNet.Attributes;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Bench;

/// <summary>A case of <c>fedkernel bench</c> as a benchmark: the same work, the same data, the same check of the result.</summary>
/// <param name="name">Name of the case.</param>
public abstract class CaseBench(string name) : IDisposable
{
    private LimitLibrary? _library;
    private CpuDevice? _device;
    private BenchData? _data;
    private BenchCase? _case;
    private TimedCase? _last;

    [Params(BenchOptions.UsualLength)]
    public long Elements { get; set; } = BenchOptions.UsualLength;

    /// <summary>True if the C loops could be compiled.</summary>
    internal bool HasPeers => _data?.HasPeers == true;

    [GlobalSetup]
    public void Setup()
    {
        _library = LimitLibrary.Open(Environment.ProcessorCount);
        _device = new CpuDevice();
        _data = new BenchData(_device, Elements, _library);
        _case = BenchCases.All.First(c => c.Name == name).Create(_data);
        _case.Work.Prepare();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        try
        {
            Check();
        }
        finally
        {
            Dispose();
        }
    }

    /// <exception cref="InvalidOperationException">The last result is wrong.</exception>
    public void Check()
    {
        if (_last?.Check() is { } failure)
        {
            throw new InvalidOperationException($"{_last.Name}: {failure}");
        }
    }

    public void Dispose()
    {
        _data?.Dispose();
        _device?.Dispose();
        _library?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void FedKernel() => Run(_case!.Work);

    /// <summary>Restores what the work has changed.</summary>
    protected void Restore() => _case!.Work.Prepare();

    /// <summary>The same work by a peer of the case.</summary>
    protected void RunPeer(string peer)
    {
        (string Name, TimedCase Work) found = _case!.Peers.FirstOrDefault(p => p.Name == peer);
        Run(found.Work ?? throw new InvalidOperationException($"'{peer}' needs a C compiler."));
    }

    private void Run(TimedCase work)
    {
        _last = work;
        work.Invoke();
        work.Finish();
    }
}

/// <summary>A case that changes its own input: restored before each call, which BenchmarkDotNet then times one by one.</summary>
/// <param name="name">Name of the case.</param>
public abstract class InPlaceCaseBench(string name) : CaseBench(name)
{
    [IterationSetup]
    public void BeforeEach() => Restore();
}
