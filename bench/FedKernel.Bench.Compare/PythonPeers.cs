// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Bench.Compare;

/// <summary>The worker's share of a comparison: gives it the same data once, and adds its peers to cases.</summary>
/// <param name="worker">Null if there is no Python with NumPy.</param>
internal sealed class PythonPeers(PythonWorker? worker) : IDisposable
{
    public const float Deviation = 0.5f;

    private const int PlaceCount = 16;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedkernel-compare-");
    private bool _isReady;

    /// <summary>Where files of the comparison lie, gone at its end.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Versions, and what is not installed.</summary>
    public string Description => worker is null
        ? "NumPy: not installed (Debian: python3-numpy); PyTorch: not installed (Debian: python3-torch)"
        : $"Python {worker.Python}, NumPy {worker.NumPy}, PyTorch {worker.Torch ?? "not installed (Debian: python3-torch)"}, dp_accounting {worker.DpAccounting}";

    /// <summary>Elements of a file, where a vector has so many.</summary>
    public static long FileLength(long length) => length / 8;

    /// <summary>The case with every peer that the worker has for it.</summary>
    /// <param name="data">The data of the run.</param>
    /// <param name="bench">The case.</param>
    /// <param name="check">(values found, the places that they are of) → null, or what is wrong.</param>
    /// <param name="operations">As the worker calls the case; its own name if null.</param>
    /// <param name="every">The peers have every n-th round: more than 1 for slow ones.</param>
    public BenchCase Extend(
        BenchData data, BenchCase bench, Func<double[], long[], string?> check, string? operations = null, int every = 1)
    {
        if (worker is null)
        {
            return bench;
        }

        string prefix = (operations ?? bench.Description.Name) + "~";
        string[] peers = [.. worker.Operations.Where(o => o.StartsWith(prefix, StringComparison.Ordinal)).Select(o => o[prefix.Length..])];
        Prepare(data);
        long[] places = Places(bench.Description.Elements < data.Length ? FileLength(data.Length) : data.Length);
        return bench with
        {
            Description = bench.Description with { Peers = [.. bench.Description.Peers, .. peers] },
            Peers =
            [
                .. bench.Peers,
                .. peers.Select(p => (p, (TimedCase)new PythonCase(bench.Description.PeerCase(p), prefix + p, worker, v => check(v, places))
                { Every = every })),
            ],
        };
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static long[] Places(long length) => [.. Enumerable.Range(0, PlaceCount).Select(p => (length - 1) * p / (PlaceCount - 1))];

    private void Prepare(BenchData data)
    {
        if (_isReady)
        {
            return;
        }

        _isReady = true;
        string tiles = Path.Combine(Folder, "tiles.f32");
        using (FileStream stream = File.Create(tiles))
        {
            for (int r = 0; r < BenchCases.Rows; r++)
            {
                stream.Write(MemoryMarshal.AsBytes(data.Tile(r)));
            }
        }

        (float factor, double bound) = ClipCase.FactorAndBound(data);
        worker!.Ask(new JsonObject
        {
            ["op"] = "setup",
            ["n"] = data.Length,
            ["rows"] = BenchCases.Rows,
            ["tiles"] = tiles,
            ["counts"] = new JsonArray([.. Enumerable.Range(1, BenchCases.Rows).Select(c => (JsonNode)c)]),
            ["weights"] = new JsonArray([.. data.Weights.Select(w => (JsonNode)w)]),
            ["factor"] = factor,
            ["bound"] = bound,
            ["sigma"] = Deviation,
            ["folder"] = Folder,
            ["threads"] = Environment.ProcessorCount,
            ["places"] = new JsonArray([.. Places(data.Length).Select(p => (JsonNode)p)]),
            ["file_places"] = new JsonArray([.. Places(FileLength(data.Length)).Select(p => (JsonNode)p)]),
        });
    }
}
