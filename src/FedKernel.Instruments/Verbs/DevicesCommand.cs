// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Devices;
using FedKernel.Instruments.Reports;
using Spectre.Console;

namespace FedKernel.Instruments.Verbs;

/// <summary><c>fedkernel devices</c>: what is there, what it can do, and what would be chosen.</summary>
internal sealed class DevicesCommand() : Verb(
    "devices",
    "Lists the devices of this machine, what each can do, which is chosen and why, and what a missing one needs.",
    "fedkernel devices",
    "fedkernel devices --device opencl:0",
    "fedkernel devices --json devices.json")
{
    protected override int Execute(VerbContext context)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("Id", "Kind", "Name", "Memory", "Can do", "Usable");
        foreach (DeviceCandidate candidate in context.Catalog.Candidates)
        {
            DeviceInfo info = candidate.Info;
            context.Json.AddDevice(info, candidate.Refusal);
            table.AddRow(
                new Text(info.Id),
                new Text(JsonReport.KindName(info.Kind)),
                new Text(info.Name),
                new Text(Memory(info.MemoryBytes)),
                new Text(info.Capabilities),
                new Text(candidate.Refusal ?? "yes"));
        }

        context.Console.Write(table);
        context.Json.Add("devices.usable.count", context.Catalog.Candidates.Count(c => c.Refusal is null), "1");
        (DeviceCandidate chosen, string reason) = context.ChooseDevice();
        context.Console.WriteLine($"Chosen: {chosen.Info.Id} ({chosen.Info.Name}): {reason}.");
        return ExitCode.Done;
    }

    private static string Memory(long bytes) =>
        bytes == 0 ? "unknown" : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):f1} GiB");
}
