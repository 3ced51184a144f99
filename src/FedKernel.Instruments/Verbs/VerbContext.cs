// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using FedKernel.Devices;
using FedKernel.Instruments.Reports;
using Spectre.Console;

namespace FedKernel.Instruments.Verbs;

/// <summary>What a verb works with: the parsed options, the devices, the console, and the report to fill.</summary>
internal sealed class VerbContext
{
    private readonly CommonOptions _common;

    public VerbContext(string verb, ParseResult parsed, CommonOptions common)
    {
        (Parsed, _common) = (parsed, common);
        Console = CreateConsole(parsed.InvocationConfiguration.Output);
        Catalog = new DeviceCatalog(DeviceProviders.All);
        Json = new JsonReport(verb);
    }

    public ParseResult Parsed { get; }

    public IAnsiConsole Console { get; }

    public DeviceCatalog Catalog { get; }

    public JsonReport Json { get; }

    public ulong Seed => Parsed.GetValue(_common.Seed);

    /// <summary>True if the command line or the environment names a device.</summary>
    public bool NamesDevice => Parsed.GetValue(_common.Device) is not null
        || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(DeviceCatalog.EnvironmentVariable));

    /// <summary>The device to use and why.</summary>
    /// <exception cref="CommandException">It is not there or cannot be used.</exception>
    public (DeviceCandidate Candidate, string Reason) ChooseDevice()
    {
        try
        {
            return Catalog.Choose(Parsed.GetValue(_common.Device));
        }
        catch (DeviceException e)
        {
            throw new CommandException(ExitCode.NothingRan, e.Message);
        }
    }

    private static IAnsiConsole CreateConsole(TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
        {
            // A file has no width: tables must not be broken for the 80 columns of a terminal that is not there.
            console.Profile.Width = 240;
        }

        return console;
    }
}
