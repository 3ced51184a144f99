// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli.Commands;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy.Ledger;
using FedKernel.Tests.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Cli;

public sealed class PrivacyLedgerCommandTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public PrivacyLedgerCommandTests()
    {
        using PrivacyLedger ledger = _folder.Create();
        ledger.Charge(LedgerFolder.Step, ReleaseKind.Model, "rounds", 3);
        ledger.ChargeNothing(ReleaseKind.Imputation, "medians", "published by the [red]registry[/]");
    }

    [Fact]
    public void Run_TrueLedger_PrintsWhatWasSpentAndTheReasons()
    {
        (int code, string output, string error) = Run(_folder.LedgerPath, "--json", _folder.In("out.json"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("ε ≤ 2 at δ = 1E-05, unit Patient", output, StringComparison.Ordinal);
        Assert.Contains("published by the [red]registry[/]", output, StringComparison.Ordinal);
        Assert.Contains("Head 2:", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.In("out.json")));
        JsonElement upper = json.RootElement.GetProperty("results").EnumerateArray()
            .Single(r => r.GetProperty("name").GetString() == "privacy.ledger.epsilon_upper");
        Assert.InRange(upper.GetProperty("value").GetDouble(), 1.5, 1.99);
        Assert.True(upper.GetProperty("pass").GetBoolean());
    }

    [Fact]
    public void Run_WhatItPrinted_IsWhatItChecksNextTime()
    {
        PrivacyReport report = PrivacyReport.Read(_folder.LedgerPath);
        Assert.Equal(0, Run(_folder.LedgerPath, "--key-sha256", report.KeyFingerprint, "--expected-head", report.Head.ToString()).Code);
        Assert.Equal(1, Run(_folder.LedgerPath, "--key-sha256", report.Head.Digest).Code);
        Assert.Equal(1, Run(_folder.LedgerPath, "--expected-head", $"2:{report.KeyFingerprint}").Code);
    }

    [Fact]
    public void Run_ForgedLedger_OneLineAndCodeOne()
    {
        _folder.Lines = [.. _folder.Lines[..2]];
        (int code, string output, string error) = Run(_folder.LedgerPath);
        Assert.Equal((1, ""), (code, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("truncated", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2, "--key-sha256", "12")]
    [InlineData(2, "--expected-head", "12")]
    [InlineData(2, "--entries", "-1")]
    public void Run_BadArguments_OneLineAndTheCode(int code, params string[] more)
    {
        (int got, _, string error) = Run([more.Length == 0 ? _folder.In("none") : _folder.LedgerPath, .. more]);
        Assert.Equal(code, got);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => _folder.Dispose();

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = new VerbApp("test", new PrivacyLedgerCommand()).Run(["ledger", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
