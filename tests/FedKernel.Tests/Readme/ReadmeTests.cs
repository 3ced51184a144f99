// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using FedKernel.Aggregation;
using FedKernel.Bench.Compare;
using FedKernel.Cli;
using FedKernel.Devices.Cpu;
using FedKernel.Rounds;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Readme;

/// <summary>The README is true: its commands run, its example compiles and does what it says, its links lead somewhere.</summary>
[Collection("working directory")]
public sealed partial class ReadmeTests
{
    private const string Run = "dotnet run --project src/FedKernel.Cli -c Release -- ";

    // Commands that a test cannot run inside itself, and who does.
    private static readonly string[] _runElsewhere =
    [
        "dotnet test -c Release", // .ci/run
        Benchmarks.CompareTests.Command, // with short vectors, by that test
    ];

    private static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    public static TheoryData<string> Commands =>
        [.. Blocks("sh").SelectMany(b => b.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Except(_runElsewhere)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_InTheReadme_Runs(string command)
    {
        Assert.StartsWith(Run, command, StringComparison.Ordinal);
        string folder = Directory.CreateTempSubdirectory("fedkernel-readme-").FullName;
        string before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(folder);
            NpyFile.Write("a.npy", [1, 2]);
            NpyFile.Write("b.npy", [3, 4]);
            string[] arguments = [.. command[Run.Length..].Split(' ')];
            if (arguments[0] == "bench")
            {
                // A minute of timing has no place in a test: the same command on short vectors.
                arguments = [.. arguments, "--elements", "8192"];
            }

            int data = Array.IndexOf(arguments, "DIR");
            if (data >= 0)
            {
                string folderName = arguments.Contains("mnist") ? "mnist_t10k" : "fed_heart_disease";
                Assert.SkipWhen(Repository.SharedData is null, $"The data of '{folderName}' are not here: set FEDKERNEL_DATA.");
                arguments[data] = Path.Combine(Repository.SharedData!, folderName);
            }

            using var output = new StringWriter();
            using var error = new StringWriter();
            int code = App.Run(arguments, output, error);
            Assert.True(code == 0, $"exit code {code}: {error}{output}");
            int json = Array.IndexOf(arguments, "--json");
            Assert.True(json < 0 || new FileInfo(arguments[json + 1]).Length > 0);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Comparison_InTheReadme_IsTheOneThatWasMeasured()
    {
        Match block = Comparison().Match(Text);
        string measured = File.ReadAllText(Path.Combine(Repository.Root, block.Groups[1].Value));
        int begin = measured.IndexOf(ComparisonText.Begin, StringComparison.Ordinal) + ComparisonText.Begin.Length + 1;
        Assert.Equal(measured[begin..measured.IndexOf(ComparisonText.End, StringComparison.Ordinal)], block.Groups[2].Value);
        Assert.Contains("NumPy", block.Groups[2].Value, StringComparison.Ordinal);
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, block.Groups[1].Value))!;
        Assert.Contains("commit: ", File.ReadAllText(Path.Combine(folder, "versions.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void Example_InTheReadme_IsTheOneBelow()
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "FedKernel.Tests", "Readme", "ReadmeTests.cs"));
        foreach (string line in Blocks("csharp").Single().Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0))
        {
            string code = Comment().Replace(line, "").TrimEnd();
            Assert.True(source.Contains("        " + code, StringComparison.Ordinal) || source.Contains("    " + code, StringComparison.Ordinal), $"not below: {code}");
        }
    }

    [Fact]
    public void Example_Below_ClipsAndAverages()
    {
        using var device = new CpuDevice();
        var layout = new ParameterLayout([("weight", [1, 3]), ("bias", [1])]);
        var plan = new RoundPlan(round: 1, layout, new FixedPointRange(maximumMagnitude: 8, maximumWeight: 1000, maximumClientCount: 16))
        {
            ClippingBound = 1,
        };
        using var server = new ServerRound(device, plan);
        byte[] invitation = server.Invite([0, 0, 0, 0]);

        using var client = ClientRound.Join(device, "hospital-a", invitation);
        using var update = ModelUpdate.Upload(device, client.Plan.Layout, [3, 0, 4, 0]);
        byte[] message = client.Submit(update, weight: 199);

        Submission submission = server.Receive(message);
        using RoundResult result = server.Finish();

        Assert.True(submission.IsAccepted);
        Assert.Equal(0.6, result.Mean.ToArray()[0], 1e-6);
        Assert.Equal(0.8, result.Mean.ToArray()[2], 1e-6);
    }

    [Fact]
    public void Links_InEveryReadme_LeadSomewhere()
    {
        foreach (string readme in Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/.artifacts/", StringComparison.Ordinal) && !f.Contains("/.git/", StringComparison.Ordinal)))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(readme)))
            {
                string target = link.Groups[1].Value;
                Assert.True(
                    target.StartsWith("http", StringComparison.Ordinal) || Path.Exists(Path.Combine(Path.GetDirectoryName(readme)!, target)),
                    $"{readme}: {target}");
            }
        }
    }

    private static IEnumerable<string> Blocks(string language) =>
        Block().Matches(Text).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value);

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"<!-- comparison: (\S+) -->\n(.*?)<!-- /comparison -->", RegexOptions.Singleline)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\s+//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\]\(([^)#\s]+)\)")]
    private static partial Regex Link();
}
