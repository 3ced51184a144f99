// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;

namespace FedKernel.Instruments.Reports;

/// <summary>
/// The file of <c>--json</c>: one object of the same shape for every verb. Names of results are
/// <c>area.case.measure</c> and stay as they are once released.
/// </summary>
internal sealed class JsonReport(string command)
{
    private static readonly JsonSerializerOptions _format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly List<DeviceEntry> _devices = [];
    private readonly List<Result> _results = [];
    private readonly Dictionary<string, JsonElement> _sections = [];

    /// <summary>A device that was used, or that was refused and why.</summary>
    public void AddDevice(DeviceInfo info, string? refusal = null) => _devices.Add(new DeviceEntry(
        info.Id, KindName(info.Kind), info.Name, info.MemoryBytes, info.Capabilities, refusal));

    /// <summary>A measured number.</summary>
    /// <param name="name">area.case.measure</param>
    /// <param name="value">The number; one that JSON cannot write becomes null.</param>
    /// <param name="unit">Its unit; "1" for a bare number.</param>
    /// <param name="reach">The bar, where there is one.</param>
    /// <param name="better">"higher" or "lower", where there is a bar.</param>
    /// <param name="pass">Whether the bar is reached.</param>
    public void Add(
        string name, double value, string unit, double? reach = null, string? better = null, bool? pass = null) =>
        _results.Add(new Result(name, double.IsFinite(value) ? value : null, unit, reach, better, pass));

    /// <summary>A number with what belongs to it: the inputs that it answers, other answers beside it.</summary>
    /// <param name="name">area.case.measure</param>
    /// <param name="value">The number; one that JSON cannot write becomes null.</param>
    /// <param name="unit">Its unit; "1" for a bare number.</param>
    /// <param name="beside">Further fields, lower case. The same rule for numbers.</param>
    public void AddRecord(string name, double value, string unit, params IReadOnlyList<(string Field, double Value)> beside) =>
        _results.Add(new Result(name, double.IsFinite(value) ? value : null, unit, null, null, null)
        {
            Beside = beside.ToDictionary(
                b => b.Field, b => JsonSerializer.SerializeToElement(double.IsFinite(b.Value) ? b.Value : (double?)null)),
        });

    /// <summary>A hash.</summary>
    public void AddHash(string name, string sha256) => _results.Add(new Result(name, sha256, "sha256", null, null, null));

    /// <summary>A part of the object that only this verb has.</summary>
    /// <param name="name">Name of the field, lower case.</param>
    /// <param name="value">What it holds.</param>
    /// <param name="format">How it is written.</param>
    public void AddSection<T>(string name, T value, JsonSerializerOptions format) =>
        _sections[name] = JsonSerializer.SerializeToElement(value, format);

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        string[] version = (Assembly.GetExecutingAssembly()
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+', 2);
        var document = new Document(
            command,
            version[0],
            version.Length == 2 ? version[1] : "unknown",
            new Machine(
                RuntimeInformation.OSDescription,
                RuntimeInformation.ProcessArchitecture.ToString(),
                new CpuDeviceProvider().Find()[0].Info.Name,
                Environment.ProcessorCount,
                Environment.Version.ToString()),
            _devices,
            _results)
        {
            Sections = _sections,
        };
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(document, _format));
    }

    /// <summary>A kind of device as it is written in reports.</summary>
    public static string KindName(DeviceKind kind) => kind switch
    {
        DeviceKind.Cpu => "cpu",
        DeviceKind.IlgpuCpu => "ilgpu-cpu",
        DeviceKind.OpenCl => "opencl",
        DeviceKind.Cuda => "cuda",
        _ => kind.ToString(),
    };

    private sealed record Document(
        string Command,
        string Version,
        string Commit,
        Machine Machine,
        IReadOnlyList<DeviceEntry> Devices,
        IReadOnlyList<Result> Results)
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement> Sections { get; init; } = [];
    }

    private sealed record Machine(string Os, string Architecture, string Processor, int Cores, string Dotnet);

    private sealed record DeviceEntry(
        string Id, string Kind, string Name, long MemoryBytes, string Capabilities, string? Refusal);

    private sealed record Result(
        string Name,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] object? Value,
        string Unit,
        double? Reach,
        string? Better,
        bool? Pass)
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Beside { get; init; }
    }
}
