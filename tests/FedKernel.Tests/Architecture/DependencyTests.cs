// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Xunit;

namespace FedKernel.Tests.Architecture;

/// <summary>The arrows of the house: what each folder may use, read from its source.</summary>
public sealed partial class DependencyTests
{
    private static readonly Dictionary<string, string[]> _mayUse = new()
    {
        ["FedKernel/Numerics"] = [],
        ["FedKernel/Random"] = ["FedKernel.Numerics"],
        ["FedKernel/Kernels"] = ["FedKernel.Numerics", "FedKernel.Random"],
        ["FedKernel/Devices"] = ["FedKernel.Numerics", "FedKernel.Random", "FedKernel.Kernels"],
        ["FedKernel/Updates"] = ["FedKernel.Numerics", "FedKernel.Random", "FedKernel.Kernels", "FedKernel.Devices"],
        ["FedKernel/Aggregation"] = _ringTwo,
        ["FedKernel/Compression"] = _ringTwo,
        ["FedKernel/Privacy"] = _ringTwo,
        ["FedKernel/SecureAggregation"] = _ringTwo,
        ["FedKernel/Homomorphic"] = _ringTwo,
        ["FedKernel/Rounds"] =
        [
            .. _ringTwo, "FedKernel.Aggregation", "FedKernel.Compression", "FedKernel.Privacy",
            "FedKernel.SecureAggregation", "FedKernel.Homomorphic",
        ],
        ["FedKernel.Gpu"] = ["FedKernel.Numerics", "FedKernel.Random", "FedKernel.Kernels", "FedKernel.Devices"],
        ["FedKernel.Training"] = [.. _core],
        ["FedKernel.Abi"] = [.. _core, "FedKernel.Gpu"],
        ["FedKernel.Instruments"] = [.. _core, "FedKernel.Gpu"],
        ["FedKernel.Cli"] = [.. _core, "FedKernel.Gpu", "FedKernel.Training", "FedKernel.Instruments"],
    };

    private static string[] _ringTwo =>
        ["FedKernel.Numerics", "FedKernel.Random", "FedKernel.Kernels", "FedKernel.Devices", "FedKernel.Updates"];

    private static string[] _core =>
        [.. _ringTwo, "FedKernel.Aggregation", "FedKernel.Compression", "FedKernel.Privacy", "FedKernel.SecureAggregation",
            "FedKernel.Homomorphic", "FedKernel.Rounds"];

    [Fact]
    public void Source_EveryFolder_UsesOnlyWhatItsRingAllows()
    {
        string source = Path.Combine(Repository.Root, "src");
        string[] breaches = [.. SourceFiles(source).SelectMany(f => Breaches(source, f, File.ReadAllText(f)))];
        Assert.True(breaches.Length == 0, string.Join(Environment.NewLine, breaches));
    }

    [Theory]
    [InlineData("FedKernel/Privacy/Broken.cs", "using FedKernel.Aggregation;")]
    [InlineData("FedKernel/Aggregation/Broken.cs", "var x = FedKernel.Privacy.L2Clipping.None;")]
    [InlineData("FedKernel/Numerics/Broken.cs", "using static FedKernel.Random.StreamPurpose;")]
    [InlineData("FedKernel/Kernels/Broken.cs", "using D = FedKernel.Devices.Device;")]
    [InlineData("FedKernel/Compression/Broken.cs", "Homomorphic.Ciphertext c;")]
    [InlineData("FedKernel/Rounds/Broken.cs", "using FedKernel.Training;")]
    [InlineData("FedKernel/Devices/Cpu/Broken.cs", "using ILGPU;")]
    [InlineData("FedKernel.Training/Broken.cs", "using FedKernel.Gpu;")]
    [InlineData("FedKernel/Unknown/Broken.cs", "")]
    public void Breaches_BrokenArrow_IsFound(string file, string text) =>
        Assert.NotEmpty(Breaches("/s", Path.Combine("/s", file), text));

    [Fact]
    public void Projects_OnlyGpu_ReferencesIlgpu()
    {
        IEnumerable<string> projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(
            ["FedKernel.Gpu.csproj"],
            projects.Where(p => File.ReadAllText(p).Contains("PackageReference Include=\"ILGPU", StringComparison.Ordinal)).Select(Path.GetFileName));
    }

    private static IEnumerable<string> SourceFiles(string source) =>
        Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories);

    private static IEnumerable<string> Breaches(string source, string file, string text)
    {
        string[] parts = Path.GetRelativePath(source, file).Replace('\\', '/').Split('/');
        string project = parts[0];
        string own = project == "FedKernel" && parts.Length > 2 ? $"FedKernel/{parts[1]}" : project;
        // The root of the core holds the exceptions and Throw, which use nothing.
        if (own != "FedKernel" && !_mayUse.ContainsKey(own))
        {
            yield return $"{file}: the folder '{own}' has no place in the house; add it to the table or move the file";
            yield break;
        }

        string[] allowed = own == "FedKernel" ? [] : _mayUse[own];
        string ownNamespace = own.Replace('/', '.');
        IEnumerable<string> named = Names().Matches(text).Select(m => m.Value);
        IEnumerable<string> relative = project == "FedKernel"
            ? RelativeNames().Matches(text).Select(m => $"FedKernel.{m.Groups[1].Value}")
            : [];
        foreach (string name in named.Concat(relative))
        {
            bool fine = name == ownNamespace || allowed.Contains(name) || (project != "FedKernel" && name == project);
            if (!fine)
            {
                yield return $"{file}: '{own}' uses '{name}'; it may use {string.Join(", ", allowed)}";
            }
        }

        if (own != "FedKernel.Gpu" && Ilgpu().IsMatch(text))
        {
            yield return $"{file}: only FedKernel.Gpu knows ILGPU";
        }
    }

    [GeneratedRegex(@"\bFedKernel\.(Numerics|Random|Kernels|Devices|Updates|Aggregation|Compression|Privacy|SecureAggregation|Homomorphic|Rounds|Training|Gpu|Seal|Abi|Instruments|Cli)\b")]
    private static partial Regex Names();

    /// <summary>Inside the core a sibling could also be named from the common root: Privacy.L2Clipping.</summary>
    [GeneratedRegex(@"(?<![\w.])(Devices|Updates|Aggregation|Compression|Privacy|SecureAggregation|Homomorphic|Rounds)\.[A-Z]\w+")]
    private static partial Regex RelativeNames();

    [GeneratedRegex(@"\busing (static )?ILGPU\b")]
    private static partial Regex Ilgpu();
}
