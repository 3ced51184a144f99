// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FedKernel.Abi;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Abi;

/// <summary>The header, the library, the table and the managed side say the same.</summary>
public sealed partial class HeaderTests(NativeBuild native)
{
    // Answered by the shim itself, before there is a table or without need of one.
    private static readonly string[] _withoutEntry =
    [
        "fk_abi_version", "fk_key_bytes", "fk_text_bytes", "fk_alignment_bytes", "fk_length_max", "fk_clients_max",
        "fk_status_name", "fk_init",
    ];

    private static readonly string _header =
        File.ReadAllText(Path.Combine(Repository.Root, "native/include/fedkernel.h"));

    [Fact]
    public void ExportedSymbols_AreThoseOfTheHeader()
    {
        string library = native.Library;
        if (Command.Find("nm") is not { } nm)
        {
            Assert.Skip("nm (Debian: binutils) is missing here.");
            return;
        }

        (int code, string output) = Command.Run(nm, ["-D", "--defined-only", "--format=posix", library], native.Folder);
        Assert.True(code == 0, output);
        IEnumerable<string> exported = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]);
        Assert.Equal(FunctionsOfHeader().Order(), exported.Order());
    }

    [Fact]
    public void Table_HasTheFunctionsOfTheHeader()
    {
        IEnumerable<string> table = TableOfShim().Where(f => f is not ("size" or "abi_version")).Select(f => "fk_" + f);
        Assert.Equal(FunctionsOfHeader().Order(), table.Concat(_withoutEntry).Order());
    }

    [Fact]
    public void Table_HasOneOrderInCAndCSharp() => Assert.Equal(
        TableOfShim(),
        typeof(FunctionTable).GetFields(BindingFlags.Instance | BindingFlags.Public)
            .OrderBy(f => f.MetadataToken)
            .Select(f => SnakeCase(f.Name)));

    [Theory]
    [InlineData("FK_ABI_VERSION", FunctionTable.Version)]
    [InlineData("FK_KEY_BYTES", (ulong)SecretKey256.LengthInBytes)]
    [InlineData("FK_TEXT_BYTES", (ulong)NativeDeviceInfo.TextBytes)]
    [InlineData("FK_LENGTH_MAX", FedKernel.Abi.Arguments.MaximumLength)]
    public void Constant_IsThatOfCSharp(string name, ulong expected)
    {
        Match match = Regex.Match(_header, $@"#define {name} (?:UINT64_C\()?(\d+)");
        Assert.Equal(expected, ulong.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void DeviceInfo_HasTheSizeOfC() =>
        Assert.Equal(8 + 8 + 4 + 4 + (4 * NativeDeviceInfo.TextBytes), Unsafe.SizeOf<NativeDeviceInfo>());

    [Fact]
    public void Statuses_AreThoseOfTheHeader()
    {
        Dictionary<string, int> header = StatusPattern().Matches(_header).ToDictionary(
            m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(12, header.Count);
        foreach (Status status in Enum.GetValues<Status>())
        {
            Assert.Equal((int)status, header[SnakeCase(status.ToString()).ToUpperInvariant()]);
        }
    }

    [Theory]
    [InlineData("gcc", "c", "-std=c99")]
    [InlineData("gcc", "c", "-std=c17")]
    [InlineData("g++", "c++", "-std=c++17")]
    public void Header_Alone_CompilesWithoutWarning(string compiler, string language, string standard)
    {
        if (Command.Find(compiler) is not { } found)
        {
            Assert.Skip($"{compiler} is missing here.");
            return;
        }

        (int code, string output) = Command.Run(
            found,
            ["-x", language, standard, "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "native/include/fedkernel.h"],
            Repository.Root);
        Assert.True(code == 0, output);
    }

    private static IEnumerable<string> FunctionsOfHeader() =>
        FunctionPattern().Matches(_header).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> TableOfShim() =>
        EntryPattern().Matches(File.ReadAllText(Path.Combine(Repository.Root, "native/src/table.h")))
            .Select(m => m.Groups[1].Value);

    private static string SnakeCase(string name) => WordPattern().Replace(name, "_$0").TrimStart('_').ToLowerInvariant();

    [GeneratedRegex(@"^FK_API [\w\s*]*?\b(fk_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex FunctionPattern();

    [GeneratedRegex(@"^    (?:uint64_t|fk_status) (?:\(\*)?(\w+)", RegexOptions.Multiline)]
    private static partial Regex EntryPattern();

    [GeneratedRegex(@"\bFK_STATUS_(\w+) = (-?\d+)")]
    private static partial Regex StatusPattern();

    [GeneratedRegex(@"[A-Z]+(?=[A-Z][a-z])|[A-Z]")]
    private static partial Regex WordPattern();
}
