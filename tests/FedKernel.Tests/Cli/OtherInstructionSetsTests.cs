// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Validation;
using Xunit;

namespace FedKernel.Tests.Cli;

/// <summary>A processor without AVX-512, and one without any SIMD: what the runtime pretends to be in a child process.</summary>
public sealed class OtherInstructionSetsTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Validate_LesserProcessor_GivesTheSameBits(string variable)
    {
        string file = Path.Combine(Path.GetTempPath(), $"fedkernel-{Environment.ProcessId}-{variable}.json");
        try
        {
            var start = new ProcessStartInfo(
                Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "FedKernel.Cli.dll"), "validate", "--device", "cpu", "--json", file])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment[variable] = "0";
            using Process child = Process.Start(start)!;
            Task<string> error = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(child.ExitCode == 0, output + await error);

            using JsonDocument json = JsonDocument.Parse(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Dictionary<string, string?> hashes = json.RootElement.GetProperty("results").EnumerateArray()
                .Where(r => r.GetProperty("unit").GetString() == "sha256")
                .ToDictionary(r => r.GetProperty("name").GetString()!, r => r.GetProperty("value").GetString());
            foreach ((string kernel, string here) in HashBook.Entries)
            {
                Assert.Equal(here, hashes[$"validate.cpu.{kernel}.sha256"]);
            }

            // The child really was another processor.
            string capabilities = json.RootElement.GetProperty("devices")[0].GetProperty("capabilities").GetString()!;
            Assert.StartsWith(
                variable == "DOTNET_EnableHWIntrinsic" ? "scalar" : SimdWidths.Available.Contains(SimdWidth.Bits256) ? "256" : "",
                capabilities,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
