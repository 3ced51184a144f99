// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Bench.Compare;

/// <summary>ILGPU.Algorithms beside our kernels, on every device behind ILGPU that can be used here.</summary>
internal static class IlgpuAlgorithmsCases
{
    public static IEnumerable<(string Name, Func<BenchData, BenchCase> Create)> All(DeviceCatalog catalog)
    {
        foreach (DeviceCandidate candidate in catalog.Candidates.Where(c => c.Refusal is null && c.Info.Kind != DeviceKind.Cpu))
        {
            string suffix = candidate.Info.Id.Replace(':', '_').Replace('-', '_');
            yield return ($"reduce_on_{suffix}", d => Reduce(d, candidate, $"reduce_on_{suffix}"));
            yield return ($"transform_on_{suffix}", d => Transform(d, candidate, $"transform_on_{suffix}"));
            yield return ($"scan_on_{suffix}", d => Other(d, candidate, $"scan_on_{suffix}", "inclusive scan", (a, x, y) => a.Scan(x, y)));
            yield return ($"radix_sort_on_{suffix}", d => Other(d, candidate, $"radix_sort_on_{suffix}", "radix sort", (a, x, _) => a.Sort(x)));
        }
    }

    private static BenchCase Reduce(BenchData data, DeviceCandidate candidate, string name)
    {
        (DeviceBuffer<float> x, AlgorithmsDevice algorithms, float[] values) = Open(data, candidate);
        double sum = values.Sum(v => (double)v), ours = 0, theirs = 0;
        string? Check(double found) => Math.Abs(found - sum) <= 1e-3 * values.Length ? null : $"wrong result: {found} instead of {sum}";
        Action peer = Compile(() => algorithms.Reduce(found => theirs = found));
        return new BenchCase(
            Describe(name, "sum", candidate, values.Length, 4),
            new DelegateCase(name, () => ours = x.Device.Reduce(x, default(Sum)), () => ours = double.NaN, () => Check(ours)),
            [(_peer, new DelegateCase($"{name}~{_peer}", peer, () => theirs = double.NaN, () => Check(theirs)))]);
    }

    private static BenchCase Transform(BenchData data, DeviceCandidate candidate, string name)
    {
        (DeviceBuffer<float> x, AlgorithmsDevice algorithms, float[] values) = Open(data, candidate);
        DeviceBuffer<float> y = data.Own(x.Device.Allocate<float>(x.Length));
        var check = new VectorCheck<float>(y, values.Length, float.NaN, (v, i, _) => v == values[i] * AlgorithmsDevice.Factor);
        Action peer = Compile(() => algorithms.Transform());
        return new BenchCase(
            Describe(name, "scale into another vector", candidate, values.Length, 8),
            new DelegateCase(name, () => x.Device.Map(x, y, new Scale(AlgorithmsDevice.Factor)), check.Spoil, check.Check)
            { OnFinish = x.Device.Synchronize },
            [(_peer, new DelegateCase($"{name}~{_peer}", peer, check: () => algorithms.CheckTransform(values)))]);
    }

    /// <summary>Work that the engine has no kernel for: the time of the peer stands alone.</summary>
    private static BenchCase Other(
        BenchData data, DeviceCandidate candidate, string name, string title,
        Func<AlgorithmsDevice, float[], Action<double>, Action> create)
    {
        (_, AlgorithmsDevice algorithms, float[] values) = Open(data, candidate);
        Action peer = Compile(() => create(algorithms, values, _ => { }));
        return new BenchCase(
            Describe(name, $"{title} by ILGPU.Algorithms; the engine has none", candidate, values.Length, 8) with { Peers = [] },
            new DelegateCase(name, peer), []);
    }

    private const string _peer = "ilgpu_algorithms";

    private static CaseDescription Describe(string name, string title, DeviceCandidate candidate, int n, int bytes) =>
        new(name, $"{title}, {candidate.Info.Id}") { Elements = n, BytesPerElement = bytes, Peers = [_peer] };

    private static (DeviceBuffer<float> X, AlgorithmsDevice Algorithms, float[] Values) Open(BenchData data, DeviceCandidate candidate)
    {
        // ILGPU's own CPU device checks kernels; it is some hundred times slower.
        long most = candidate.Info.Kind == DeviceKind.IlgpuCpu ? 1 << 14 : candidate.Info.Kind == DeviceKind.OpenCl ? 1 << 22 : data.Length;
        var values = new float[(int)Math.Min(most, data.Length)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = data.Tile(0)[i % data.Period];
        }

        Device device = data.Own(candidate.Open());
        AlgorithmsDevice algorithms = data.Own(AlgorithmsDevice.Open(candidate.Info, values));
        return (data.Own(device.Upload<float>(values)), algorithms, values);
    }

    /// <summary>Compiles and runs once: PoCL has no generic address space, without which most of the package does not compile.</summary>
    private static Action Compile(Func<Action> create)
    {
        try
        {
            Action action = create();
            action();
            return action;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new CaseSkippedException($"ILGPU.Algorithms does not run on this device: {e.Message.Split('\n')[0]}");
        }
    }
}
