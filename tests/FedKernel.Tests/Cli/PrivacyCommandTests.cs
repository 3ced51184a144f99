// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli;
using FedKernel.Tests.Privacy.Accounting;
using Xunit;

namespace FedKernel.Tests.Cli;

public sealed class PrivacyCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel").FullName;

    [Theory]
    [InlineData("privacy", "epsilon|sigma|rounds")]
    [InlineData("privacy frobnicate", "frobnicate")]
    [InlineData("privacy epsilon --bogus", "fedkernel privacy epsilon --help")]
    [InlineData("privacy epsilon --steps 3", "--noise-multiplier")]
    [InlineData("privacy epsilon --noise-multiplier 1", "--steps")]
    [InlineData("privacy epsilon --noise-multiplier NaN --steps 3", "got NaN")]
    [InlineData("privacy epsilon --noise-multiplier 0 --steps 3", "got 0")]
    [InlineData("privacy epsilon --noise-multiplier 1 --steps 0", "[1, 1000000000]; got 0")]
    [InlineData("privacy epsilon --noise-multiplier 1 --steps 3 --delta 1", "(0, 1); got 1")]
    [InlineData("privacy epsilon --noise-multiplier 1 --steps 3 --sampling-probability 1.5", "[1E-300, 1]; got 1.5")]
    [InlineData("privacy epsilon --noise-multiplier 1 --steps 3 --sampling-probability 1e-320", "[1E-300, 1]; got 1E-320")]
    [InlineData("privacy epsilon --noise-multiplier 1 --steps 3 --relation sideways", "sideways")]
    [InlineData("privacy epsilon --noise-multiplier 1 --steps 3 --unit ward", "ward")]
    [InlineData("privacy epsilon --noise-multiplier 1 --steps 3 --plot picture.bmp", ".svg")]
    [InlineData("privacy epsilon --batch x.json --steps 3", "--steps does not go with --batch")]
    [InlineData("privacy epsilon --batch x.json --noise-multiplier 1", "--noise-multiplier does not go with --batch")]
    [InlineData("privacy epsilon --batch x.json --sampling-probability 1", "--sampling-probability does not go with --batch")]
    [InlineData("privacy epsilon --batch x.json --delta 1e-5", "--delta does not go with --batch")]
    [InlineData("privacy epsilon --batch x.json --unit example", "--unit does not go with --batch")]
    [InlineData("privacy epsilon --batch x.json --plot x.svg", "--plot does not go with --batch")]
    [InlineData("privacy sigma --steps 3", "--epsilon")]
    [InlineData("privacy sigma --epsilon 0 --steps 3", "got 0")]
    [InlineData("privacy rounds --epsilon 1 --noise-multiplier 0.1", "One step already costs")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string named)
    {
        (int code, string output, string error) = Run(line);
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("privacy --help")]
    [InlineData("privacy epsilon --help")]
    [InlineData("privacy sigma --help")]
    [InlineData("privacy rounds --help")]
    public void Run_Help_HasExamples(string line)
    {
        (int code, string output, _) = Run(line);
        Assert.Equal(0, code);
        Assert.Contains("  fedkernel privacy ", output[output.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Epsilon_Gaussian_SaysBracketMethodsAndAssumptions()
    {
        string json = Path.Combine(_folder, "out.json"), plot = Path.Combine(_folder, "plot.svg");
        (int code, string output, _) = Run(
            $"privacy epsilon --noise-multiplier 5 --steps 100 --delta 1e-5 --unit patient --json {json} --plot {plot}");
        Assert.Equal(0, code);
        foreach (string said in new[]
        {
            "[9.9972561, 9.9972561]", "exact Gaussian", "RDP", "10.72551", "patient", "grouped", "adaptive composition", "real numbers", "public",
        })
        {
            Assert.Contains(said, output, StringComparison.Ordinal);
        }

        JsonElement[] results = Results(json);
        Assert.Equal(
            ["privacy.epsilon.upper", "privacy.epsilon.lower", "privacy.epsilon.rdp"], results.Select(r => r.GetProperty("name").GetString()));
        Assert.Equal(9.99725614643, results[0].Number("value"), 1e-8);
        Assert.Equal(100, results[0].Number("steps"));
        Assert.Contains("<svg", File.ReadAllText(plot), StringComparison.Ordinal);
    }

    [Fact]
    public void Epsilon_SampledGaussian_NamesPoissonSampling()
    {
        (int code, string output, _) = Run(
            "privacy epsilon --noise-multiplier 1 --sampling-probability 0.01 --steps 1000 --relation add-or-remove");
        Assert.Equal(0, code);
        Assert.Contains("Poisson", output, StringComparison.Ordinal);
        Assert.Contains("2.1013653", output, StringComparison.Ordinal);
    }

    /// <summary>z = (Σ z⁻²)^(−1/2), then the exact Gaussian: 0.872871560944 and 0.654497856432.</summary>
    [Theory]
    [InlineData("--layers 1,2,4 --steps 1", 5.12736825681)]
    [InlineData("--schedule 1,1.25,1.5,2", 7.20867389790)]
    public void Epsilon_LayersAndRounds_AreOneGaussian(string noise, double expected)
    {
        string json = Path.Combine(_folder, "out.json");
        (int code, string output, _) = Run($"privacy epsilon {noise} --delta 1e-5 --json {json}");
        Assert.Equal(0, code);
        Assert.Equal(expected, Results(json)[0].Number("value"), 1e-9);
        Assert.Contains(expected.ToString("F5", System.Globalization.CultureInfo.InvariantCulture)[..6], output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--schedule 1,0", "[0.001, 1000000]")]
    [InlineData("--schedule 1,x", "[0.001, 1000000]")]
    [InlineData("--schedule 1 --steps 3", "leave the others out")]
    [InlineData("--layers 1,2 --steps 3 --noise-multiplier 1", "leave the others out")]
    public void Epsilon_BadLists_OneLine(string noise, string named)
    {
        (int code, _, string error) = Run($"privacy epsilon {noise}");
        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sigma_Gaussian_IsTheExactOne()
    {
        string json = Path.Combine(_folder, "out.json");
        (int code, string output, _) = Run($"privacy sigma --epsilon 1 --steps 1 --delta 1e-6 --json {json}");
        Assert.Equal(0, code);
        Assert.Contains("4.5308", output, StringComparison.Ordinal);
        Assert.Equal(4.22467888933, Results(json)[0].Number("value"), 1e-5);
    }

    [Fact]
    public void Rounds_Gaussian_AreTheMostThatFit()
    {
        string json = Path.Combine(_folder, "out.json");
        (int code, _, _) = Run($"privacy rounds --epsilon 9.99725614644 --noise-multiplier 5 --json {json} --relation replace");
        Assert.Equal(0, code);
        Assert.Equal(100, Results(json)[0].Number("value"));
    }

    [Fact]
    public void Batch_Questions_AreAnsweredInOrder()
    {
        string questions = Write("""
            [
              {"noise_multiplier": 1.0, "sampling_probability": 1, "steps": 1, "delta": 1e-5, "note": "ignored"},
              {"noise_multiplier": 1, "sampling_probability": 0.01, "steps": 1000, "delta": 1e-5},
              {"delta": 1e-6, "steps": 100.0, "sampling_probability": 0.1, "noise_multiplier": 2}
            ]
            """);
        string json = Path.Combine(_folder, "out.json");
        Assert.Equal(0, Run($"privacy epsilon --batch {questions} --json {json}").Code);
        JsonElement[] results = Results(json);
        Assert.Equal(3, results.Length);
        Assert.Equal(1, results[0].Number("exact") / 4.37717809568, 1e-9);
        Assert.Equal(1, results[0].Number("rdp") / 4.728507067, 1e-9);
        Assert.Equal(1, results[1].Number("rdp") / 2.101365272, 1e-9);
        Assert.Equal(1, results[2].Number("rdp") / 2.914173458, 1e-9);
        Assert.False(results[1].TryGetProperty("exact", out _));
        // dp_accounting's PLD, pessimistic and optimistic, at its default grid: 1.778240 to 1.828237.
        Assert.InRange(results[1].Number("pld_upper"), 1.778240, 1.828237 * 1.001);
        Assert.InRange(results[1].Number("pld_lower"), 0.97 * results[1].Number("pld_upper"), 1.828237);
        Assert.True(results[0].Number("pld_lower") <= 4.37717809568 && results[0].Number("pld_upper") >= 4.37717809568);
        Assert.Equal(
            (2.0, 0.1, 100.0, 1e-6),
            (results[2].Number("noise_multiplier"), results[2].Number("sampling_probability"), results[2].Number("steps"), results[2].Number("delta")));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[{]", "not JSON")]
    [InlineData("{}", "list of 1 to")]
    [InlineData("[]", "list of 1 to")]
    [InlineData("[[[[[[[[[[[[1]]]]]]]]]]]]", "not JSON")]
    [InlineData("[3]", "Record 0 must be an object")]
    [InlineData("[G, {\"noise_multiplier\": 1}]", "Record 1 has no 'sampling_probability', in [1E-300, 1]")]
    [InlineData("[G, G, {\"noise_multiplier\": -1, \"sampling_probability\": 1, \"steps\": 1, \"delta\": 0.1}]", "Record 2: 'noise_multiplier' must lie in [0.001, 1000000]; got -1")]
    [InlineData("[{\"noise_multiplier\": 1, \"sampling_probability\": 0, \"steps\": 1, \"delta\": 0.1}]", "Record 0: 'sampling_probability' must lie in [1E-300, 1]; got 0")]
    [InlineData("[{\"noise_multiplier\": 1, \"sampling_probability\": 1, \"steps\": 1.5, \"delta\": 0.1}]", "Record 0: 'steps' must lie in [1, 1000000000], a whole number; got 1.5")]
    [InlineData("[{\"noise_multiplier\": 1, \"sampling_probability\": 1, \"steps\": 1e300, \"delta\": 0.1}]", "'steps'")]
    [InlineData("[{\"noise_multiplier\": 1, \"sampling_probability\": 1, \"steps\": 1, \"delta\": 1}]", "Record 0: 'delta' must lie in (0, 1); got 1")]
    [InlineData("[{\"noise_multiplier\": \"1\", \"sampling_probability\": 1, \"steps\": 1, \"delta\": 0.1}]", "got \"1\"")]
    [InlineData("[{\"noise_multiplier\": 1e999, \"sampling_probability\": 1, \"steps\": 1, \"delta\": 0.1}]", "got 1e999")]
    [InlineData("[{\"noise_multiplier\": 1, \"noise_multiplier\": 2, \"sampling_probability\": 1, \"steps\": 1, \"delta\": 0.1}]", "not JSON")]
    [InlineData("[{\"\\ud800\": 1, \"noise_multiplier\": 1, \"sampling_probability\": 1, \"steps\": 1, \"delta\": 0.1}]", "not JSON")]
    [InlineData("[{\"\\ud800\": 1}]", "not JSON")]
    [InlineData("[{\"noise_multiplier\": 1, \"sampling_probability\": 1, \"steps\": 1, \"delta\": 0.1, \"x\\udc00y\": {\"\\ud800\": 2}}]", "not JSON")]
    public void Batch_HostileFile_OneLineThatNamesTheRecord(string content, string named)
    {
        string questions = Write(content.Replace(
            "G", """{"noise_multiplier": 1, "sampling_probability": 1, "steps": 1, "delta": 0.1}""", StringComparison.Ordinal));
        (int code, string output, string error) = Run($"privacy epsilon --batch {questions}");
        Assert.Equal((1, ""), (code, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_FileThatIsNotThereOrTooLarge_IsRefusedUnread()
    {
        Assert.Equal(1, Run("privacy epsilon --batch /no/such/file.json").Code);
        string large = Path.Combine(_folder, "large.json");
        using (FileStream stream = File.Create(large))
        {
            stream.SetLength(1L << 30);
        }

        (int code, _, string error) = Run($"privacy epsilon --batch {large}");
        Assert.Equal(1, code);
        Assert.Contains("16777216", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_Folder_IsNamedAsOne()
    {
        (int code, _, string error) = Run($"privacy epsilon --batch {_folder}");
        Assert.Equal(1, code);
        Assert.Contains("is a folder", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Batch_ByteOrderMark_IsSkipped()
    {
        string questions = Write("\uFEFF[{\"noise_multiplier\": 1, \"sampling_probability\": 1, \"steps\": 1, \"delta\": 1e-5}]");
        Assert.Equal(0xEF, File.ReadAllBytes(questions)[0]);
        Assert.Equal(0, Run($"privacy epsilon --batch {questions}").Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string content)
    {
        string path = Path.Combine(_folder, "questions.json");
        File.WriteAllText(path, content);
        return path;
    }

    private static JsonElement[] Results(string path) =>
        [.. JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("results").EnumerateArray()];

    private static (int Code, string Output, string Error) Run(string line)
    {
        using StringWriter output = new(), error = new();
        int code = App.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
