// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli;
using Xunit;

namespace FedKernel.Tests.Cli;

public sealed class AppTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel").FullName;

    [Theory]
    [InlineData("", "fedkernel --help")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("devices --bogus", "--bogus")]
    [InlineData("devices extra", "extra")]
    [InlineData("validate --seed minus", "'minus'")]
    [InlineData("validate --seed -1", "-1")]
    [InlineData("train --epsilon 0", "got 0")]
    [InlineData("train --epsilon NaN", "got NaN")]
    [InlineData("train --protocol flamby", "--study heart")]
    [InlineData("train --seeds 3", "--protocol flamby")]
    [InlineData("train --study lung", "lung")]
    [InlineData("train --protocol dp-curve", "--study heart")]
    [InlineData("train --study heart --protocol dp-curve --dp sgd", "--protocol clinical")]
    [InlineData("train --noise-multiplier 0", "got 0")]
    [InlineData("train --noise-multiplier 1 --epsilon 2", "one of them")]
    [InlineData("train --sampling-probability 0.1", "--dp sgd")]
    [InlineData("train --dp sgd --sampling-probability 2", "got 2")]
    [InlineData("train --dp none --epsilon 2", "--dp none")]
    [InlineData("train --unit client", "client")]
    [InlineData("aggregate --out o.npy", "FILE")]
    [InlineData("validate --device", "--device")]
    [InlineData("validate --json /no/such/folder/out.json", "/no/such/folder/out.json")]
    [InlineData("validate --json /", "'/'")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string named)
    {
        (int code, string output, string error) = Run(line);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.StartsWith("fedkernel: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DeltaThatPublishesAPatient_OneLineAndCodeTwo()
    {
        (int code, _, string error) = Run("train --delta 0.4 --report .");
        Assert.Equal(2, code);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("1/569", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("devices")]
    [InlineData("validate")]
    public void Run_MissingDevice_OneLineAndCodeFive(string verb)
    {
        (int code, _, string error) = Run($"{verb} --device cuda:99");
        Assert.Equal(5, code);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("cuda:99", error, StringComparison.Ordinal);
        Assert.Contains("cpu", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("devices --help")]
    [InlineData("validate --help")]
    public void Run_Help_HasExamplesThatParse(string line)
    {
        (int code, string output, string error) = Run(line);
        Assert.Equal((0, ""), (code, error));
        string[] examples = output[(output.IndexOf("Examples:", StringComparison.Ordinal) + 9)..]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            // An example must name a verb that exists: its own help then ends well.
            string verb = example[example.IndexOf("fedkernel ", StringComparison.Ordinal)..].Split(' ')[1];
            Assert.Equal(0, Run($"{verb} --help").Code);
        }
    }

    [Fact]
    public void Devices_Json_HasTheShapeOfEveryVerb()
    {
        string path = Path.Combine(_folder, "devices.json");
        (int code, string output, _) = Run($"devices --device cpu --json {path}");
        Assert.Equal(0, code);
        Assert.Contains("Chosen: cpu", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = json.RootElement;
        Assert.Equal(
            ["command", "version", "commit", "machine", "devices", "results"], root.EnumerateObject().Select(p => p.Name));
        Assert.Equal("devices", root.GetProperty("command").GetString());
        Assert.Equal(
            ["os", "architecture", "processor", "cores", "dotnet"],
            root.GetProperty("machine").EnumerateObject().Select(p => p.Name));
        JsonElement cpu = root.GetProperty("devices").EnumerateArray().Single(d => d.GetProperty("id").GetString() == "cpu");
        Assert.Equal("cpu", cpu.GetProperty("kind").GetString());
        Assert.True(cpu.GetProperty("memory_bytes").GetInt64() > 0);
        Assert.False(cpu.TryGetProperty("refusal", out _));
    }

    [Fact]
    public void Validate_OneDevice_PassesAndReportsEveryKernel()
    {
        string path = Path.Combine(_folder, "validate.json");
        (int code, string output, string error) = Run($"validate --device cpu --seed 3 --json {path}");
        Assert.True(code == 0, output + error);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement[] results = [.. json.RootElement.GetProperty("results").EnumerateArray()];
        foreach (string kernel in KernelCases.All.Select(k => k.Name))
        {
            JsonElement worst = results.Single(r => r.GetProperty("name").GetString() == $"validate.cpu.{kernel}.worst_ulp");
            Assert.True(worst.GetProperty("pass").GetBoolean());
            Assert.True(worst.GetProperty("value").GetDouble() <= worst.GetProperty("reach").GetDouble());
            Assert.Equal("lower", worst.GetProperty("better").GetString());
        }

        JsonElement device = Assert.Single(json.RootElement.GetProperty("devices").EnumerateArray());
        Assert.Equal("cpu", device.GetProperty("id").GetString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string Output, string Error) Run(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = App.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
