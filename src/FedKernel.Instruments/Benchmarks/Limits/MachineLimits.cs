// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Limits;

/// <summary>Kinds of memory traffic, each with a limit of its own.</summary>
internal enum Traffic
{
    /// <summary>Reads only.</summary>
    Read,

    /// <summary>Reads and writes the same elements.</summary>
    InPlace,

    /// <summary>Reads some and writes as many others.</summary>
    Copy,

    /// <summary>Reads several rows, writes one.</summary>
    Rows,

    /// <summary>Writes only.</summary>
    Write,
}

/// <summary>
/// The limits of the machine as cases that are timed among the kernels, on memory of the same extent. Never one of our kernels.
/// </summary>
/// <remarks>Every loop is there on one thread and on all: which is faster depends on the machine, and the limit is the best.</remarks>
internal sealed unsafe class MachineLimits : IDisposable
{
    private readonly List<(Traffic[] Of, bool All, LimitCase Case)> _cases = [];

    /// <summary>Cases over memory that the caller keeps; rows are read, the target is overwritten.</summary>
    /// <param name="library">The compiled loops.</param>
    /// <param name="rows">Rows of float32, at least one.</param>
    /// <param name="target">One row at least as long.</param>
    public MachineLimits(LimitLibrary library, HostMemory rows, HostMemory target)
    {
        Library = library;
        long row = rows.RowBytes / 64 * 16;
        long copy = Math.Min(rows.SpanBytes, target.SpanBytes) / 64 * 16;
        nint first = (nint)rows.Row(0);
        nint[] all = [.. Enumerable.Range(0, rows.RowCount).Select(r => (nint)rows.Row(r))];
        void* to = target.Row(0);
        Add(LimitLoop.CopyMemcpy, "memcpy", 8, copy, to, [Traffic.Copy], first);
        if (!library.IsCompiled)
        {
            return;
        }

        Add(LimitLoop.Read, "read", 4, rows.SpanBytes / 4, null, [Traffic.Read, Traffic.Rows], first);
        Add(LimitLoop.AddRowsStreaming, "rows", 4 * (rows.RowCount + 1), row, to, [Traffic.Rows], all);
        Add(LimitLoop.CopyStreaming, "nt_copy", 8, copy, to, [Traffic.Copy], first);
        Add(LimitLoop.ScaleInPlace, "in_place", 8, row, to, [Traffic.InPlace]);
        Add(LimitLoop.FillStreaming, "nt_write", 4, copy, to, [Traffic.Write]);
    }

    public LimitLibrary Library { get; }

    /// <summary>Each loop with the traffic that it limits; where nothing else could be compiled, the copy limits all.</summary>
    public IEnumerable<(IReadOnlyList<Traffic> Of, bool All, LimitCase Case)> Entries => _cases.Select(c => (
        (IReadOnlyList<Traffic>)(Library.IsCompiled ? c.Of : Enum.GetValues<Traffic>()), c.All, c.Case));

    /// <summary>To be timed with the kernels.</summary>
    public IReadOnlyList<LimitCase> Cases => [.. _cases.Select(c => c.Case)];

    /// <summary>The cases that limit a kind of traffic.</summary>
    public IReadOnlyList<LimitCase> For(Traffic traffic) => [.. Entries.Where(e => e.Of.Contains(traffic)).Select(e => e.Case)];

    /// <summary>Times the limits alone: bytes a second of each loop, by name.</summary>
    public IReadOnlyDictionary<string, double> Measure(TimingOptions options) =>
        RoundRobin.Run(Cases, options).Zip(Cases).ToDictionary(p => p.Second.Name, p => p.Second.BytesMoved / p.First.Median().Median);

    public void Dispose()
    {
        foreach (LimitCase limit in Cases)
        {
            limit.Dispose();
        }
    }

    private void Add(LimitLoop loop, string name, double bytes, long n, void* to, Traffic[] of, params nint[] rows)
    {
        foreach (bool all in Library.ThreadCount > 1 ? (bool[])[false, true] : [false])
        {
            string threads = all ? $"{Library.ThreadCount}t" : "1t";
            _cases.Add((of, all, new LimitCase($"limit.{name}.{threads}", Library, loop, all, bytes, n, to, [], rows)));
        }
    }
}
