// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli;
using FedKernel.Privacy.Ledger;
using FedKernel.Tests.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Cli;

public sealed class TrainCommandTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    [Fact]
    public void Run_ClientsAdaptive_SaysWhatEachRoundSpentAndWhoIsHidden()
    {
        (int code, string output, string error) = Train("--dp", "client", "--clients", "6", "--clipping", "adaptive", "--json", _folder.In("out.json"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Round 20 of 20: spent ε in [3.0000, 3.0000] at δ = 1e-4", output, StringComparison.Ordinal);
        Assert.Contains("for each client", output, StringComparison.Ordinal);
        Assert.Contains("Clinic 06", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.In("out.json")));
        JsonElement[] rounds = [.. json.RootElement.GetProperty("results").EnumerateArray()
            .Where(r => r.GetProperty("name").GetString() == "breast.fedavg_dp.epsilon_after_round")];
        Assert.Equal(20, rounds.Length);
        Assert.True(rounds.Zip(rounds.Skip(1)).All(p => p.First.GetProperty("value").GetDouble() < p.Second.GetProperty("value").GetDouble()));
        Assert.All(rounds, r => Assert.InRange(r.GetProperty("lower").GetDouble(), 0, r.GetProperty("value").GetDouble()));
        Assert.Equal(1, rounds[0].GetProperty("clipping_bound").GetDouble());
        Assert.NotEqual(1, rounds[1].GetProperty("clipping_bound").GetDouble());
        // Who came is not covered by the noise.
        Assert.False(File.Exists(_folder.In("report/receipts-private.jsonl")));
    }

    [Fact]
    public void Run_SecondRunOnALedger_GoesOnWhereTheFirstEndedAndIsStopped()
    {
        string ledger = _folder.In("clients");
        string[] line = ["--dp", "client", "--clients", "6", "--noise-multiplier", "5.5", "--ledger", ledger];
        Assert.Equal(0, Train([.. line, "--budget", "4"]).Code);
        Assert.False(File.Exists(_folder.In("report/model.safetensors")));
        PrivacyReport first = PrivacyReport.Read(ledger);
        (int code, string output, string error) = Train(line);
        Assert.Equal(1, code);
        Assert.Contains("Left: 0", error, StringComparison.Ordinal);
        Assert.Contains("The training ended early", File.ReadAllText(_folder.In("report/report.md")), StringComparison.Ordinal);
        Assert.Contains("Round 1 of 20: spent ε in [3.0", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.In("report/model-private.safetensors")));
        PrivacyReport second = PrivacyReport.Read(ledger, first.KeyFingerprint, first.Head);
        Assert.InRange(second.Spent.Upper, 3.9, 4);
        Assert.Equal(4, second.Kinds.Sum(k => k.DeclaredPublic));
        Assert.Equal(output.Split("spent ε in").Length - 1 + 20, second.Kinds.Single(k => k.Kind == ReleaseKind.Model).Releases);
        (code, _, error) = Train([.. line, "--budget", "9"]);
        Assert.Equal(2, code);
        Assert.Contains("never changes", error, StringComparison.Ordinal);
        (code, _, error) = Train([.. line, "--delta", "1e-5"]);
        Assert.Equal(2, code);
        Assert.Contains("has the budget", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("full-batch", 80)]
    [InlineData("sgd", 160, "--sampling-probability", "0.5")]
    public void Run_HospitalsWithLedgers_EachPaysForItsOwnSteps(string mode, int steps, params string[] more)
    {
        string[] line = ["--dp", mode, "--ledger", _folder.In("patients"), .. more];
        Assert.Equal(0, Train(line).Code);
        foreach (string hospital in (string[])["a", "b", "c", "d"])
        {
            string path = _folder.In($"patients.hospital-{hospital}");
            PrivacyReport report = PrivacyReport.Read(path);
            Assert.Equal(steps, report.Kinds.Single(k => k.Kind == ReleaseKind.Model).Releases);
            Assert.Equal(3, report.Budget.Epsilon);
            Assert.InRange(report.Spent.Upper, 2.9, 3);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path + ".key"));
            }
        }

        (int code, _, string error) = Train(line);
        Assert.Equal(1, code);
        Assert.Contains("The budget of 'breast: Hospital A'", error, StringComparison.Ordinal);
        File.Delete(_folder.In("patients.hospital-a.key"));
        Assert.Contains("is not there", Train(line).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--clients", "--clients", "6")]
    [InlineData("--clients", "--dp", "client", "--clients", "4")]
    [InlineData("--unit", "--dp", "client", "--unit", "patient")]
    [InlineData("--unit", "--unit", "client")]
    [InlineData("adaptive", "--clipping", "adaptive")]
    [InlineData("auto-s", "--dp", "client", "--clipping", "auto-s")]
    [InlineData("--budget", "--budget", "3")]
    [InlineData("--ledger", "--dp", "none", "--ledger", "x")]
    [InlineData("--delta belongs to private models", "--dp", "none", "--delta", "1e-5")]
    [InlineData("--sampling-probability", "--sampling-probability", "0.5")]
    [InlineData("--study breast", "--study", "heart", "--dp", "client")]
    [InlineData("--compress belongs to --study mnist", "--compress", "float32")]
    [InlineData("--epsilon does not go with --study mnist", "--study", "mnist", "--epsilon", "1")]
    [InlineData("--protocol does not go with --study pneumonia", "--study", "pneumonia", "--protocol", "flamby")]
    [InlineData("nonsense", "--study", "mnist", "--data", "here", "--compress", "nonsense")]
    public void Run_Contradiction_OneLineThatNamesIt(string named, params string[] arguments)
    {
        (int code, _, string error) = Train(arguments);
        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Run_ImagesThatAreNotThere_SaysWhereTheOwnerPublishesThem()
    {
        (int code, _, string error) = Train("--study", "mnist", "--data", _folder.In("nowhere"));
        Assert.Equal(1, code);
        Assert.Contains("yann.lecun.com", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => _folder.Dispose();

    private (int Code, string Output, string Error) Train(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = App.Run(["train", "--device", "cpu", "--report", _folder.In("report"), .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
