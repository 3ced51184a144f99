// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using FedKernel.CrashHost;
using FedKernel.Privacy;
using FedKernel.Privacy.Ledger;
using Xunit;

namespace FedKernel.Tests.Privacy.Ledger;

/// <summary>A process that charges and releases is killed a hundred times: what it released was always charged before.</summary>
public sealed class LedgerCrashTests : IDisposable
{
    private const int Kills = 100, CallsOfACharge = 6, CallsOfOpening = 9;

    private readonly LedgerFolder _folder = new();

    [Fact]
    public async Task Kill_AHundredTimesBetweenChargeAndRelease_TheLedgerNeverCountsLess()
    {
        File.WriteAllBytes(_folder.In("key"), _folder.Key.ExportPkcs8PrivateKey());
        PrivacyLedger.Create(_folder.LedgerPath, "heart", new PrivacyBudget(1000, 1e-5, PrivacyUnit.Patient, LedgerFolder.Relation), _folder.Key).Dispose();
        long released = 0, charged = 0;
        int outside = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            (CrashPoint point, int calls) = Point(kill);
            // Bytes of an entry, from none to more than it has.
            await Die(point, calls, bytes: kill * 37 % 600);
            outside += point == CrashPoint.Outside ? 1 : 0;

            long releasedNow = File.Exists(_folder.In("releases")) ? File.ReadAllLines(_folder.In("releases")).Sum(Releases) : 0;
            long chargedNow = PrivacyReport.Read(_folder.LedgerPath).Entries.Sum(e => e.Count);
            Assert.True(releasedNow <= chargedNow, $"kill {kill} at {point} {calls}: {releasedNow} released, {chargedNow} charged");
            Assert.True(releasedNow >= released && chargedNow >= charged, $"kill {kill} at {point} {calls}: something was forgotten");
            (released, charged) = (releasedNow, chargedNow);
        }

        // Each death but those while opening leaves at least one release, and the ledger itself still opens.
        Assert.InRange(released, Kills / 2, long.MaxValue);
        Assert.InRange(outside, 1, Kills);
        using PrivacyLedger ledger = PrivacyLedger.Open(_folder.LedgerPath, _folder.Key);
        Assert.Equal(charged, ledger.Report().Entries.Sum(e => e.Count));
        Assert.Contains(ledger.Report().Entries, e => e.Type == LedgerEntryType.Recovery);
    }

    public void Dispose() => _folder.Dispose();

    private static (CrashPoint Point, int Calls) Point(int kill) => (kill % 10) switch
    {
        0 => (CrashPoint.BeforeRelease, 0),
        1 => (CrashPoint.DuringRelease, 0),
        2 => (CrashPoint.AfterRelease, 0),
        3 => (CrashPoint.Outside, kill / 5),
        4 or 6 => (CrashPoint.Charging, 0),
        // After a half-written entry: recovery dies too.
        5 or 7 => (CrashPoint.Opening, kill / 5 % CallsOfOpening),
        _ => (CrashPoint.Charging, kill / 5 % CallsOfACharge),
    };

    /// <summary>A release that was begun may have been seen: it counts.</summary>
    private static long Releases(string line) => line.Split("rele", StringSplitOptions.None).Length - 1;

    private async Task Die(CrashPoint point, int calls, int bytes)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "FedKernel.CrashHost.dll"),
                _folder.LedgerPath,
                _folder.In("key"),
                _folder.In("releases"),
                point.ToString(),
                calls.ToString(CultureInfo.InvariantCulture),
                bytes.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (point == CrashPoint.Outside)
        {
            await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            await Task.Delay(calls, TestContext.Current.CancellationToken);
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        // 128 + 9: it did not end in any way of its own.
        Assert.True(process.ExitCode == 137, $"{point} {calls}: exit code {process.ExitCode}. {await errors}");
    }
}
