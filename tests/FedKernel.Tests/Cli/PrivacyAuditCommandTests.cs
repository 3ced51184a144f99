// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli.Commands;
using FedKernel.Instruments.Verbs;
using Xunit;

namespace FedKernel.Tests.Cli;

/// <summary>The noise of the command is from the operating system: what is asserted holds but once in many millions of runs.</summary>
public sealed class PrivacyAuditCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel").FullName;

    [Fact]
    public void Run_RightMechanism_PassesWithRecordsAndPlot()
    {
        string json = Path.Combine(_folder, "audit.json"), plot = Path.Combine(_folder, "roc.svg");
        // A right mechanism fails by chance with probability 10⁻⁹ at most.
        (int code, string output, string error) = Run($"audit --canaries 2000 --confidence 0.999999999 --json {json} --plot {plot}");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("PASS", output, StringComparison.Ordinal);
        Assert.Contains("4.887", output, StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(plot), StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        Dictionary<string, double> records = document.RootElement.GetProperty("results").EnumerateArray()
            .ToDictionary(r => r.GetProperty("name").GetString()!, r => r.GetProperty("value").GetDouble());
        Assert.Equal(4.88655411747, records["privacy.audit.accounted.epsilon_upper"], 1e-9);
        foreach (string method in new[] { "one_run", "one_run_f_dp", "clopper_pearson", "gaussian" })
        {
            Assert.InRange(records[$"privacy.audit.{method}.epsilon_lower"], 0, 4.887);
        }
    }

    [Theory]
    [InlineData("half-noise")]
    [InlineData("wrong-clip")]
    [InlineData("reused-noise")]
    [InlineData("partial-noise")]
    public void Run_PlantedFault_FailsWithCodeOne(string fault)
    {
        (int code, string output, _) = Run($"audit --plant {fault}");
        Assert.Equal(1, code);
        Assert.Contains("FAIL", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--noise-multiplier 0", "got 0")]
    [InlineData("--noise-multiplier NaN", "got NaN")]
    [InlineData("--noise-multiplier much", "much")]
    [InlineData("--canaries 99", "got 99")]
    [InlineData("--canaries 2000000", "got 2000000")]
    [InlineData("--delta 0", "(0, 1)")]
    [InlineData("--delta 1", "(0, 1)")]
    [InlineData("--confidence 0.5", "(0.5, 1)")]
    [InlineData("--confidence 1", "(0.5, 1)")]
    [InlineData("--plant gremlins", "gremlins")]
    [InlineData("--plot /no/such/folder/roc.svg", "/no/such/folder/roc.svg")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string named)
    {
        (int code, string output, string error) = Run($"audit {line}");
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string Output, string Error) Run(string line)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = new VerbApp("", new PrivacyAuditCommand()).Run(line.Split(' '), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
