// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FedKernel.Cli.Reports;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using FedKernel.Random;
using FedKernel.Training.Auditing;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel privacy audit</c>: what attacks prove about the Gaussian mechanism, beside what is accounted for it.</summary>
internal sealed class PrivacyAuditCommand : Verb
{
    private static readonly Dictionary<string, PlantedFault> _faults = new()
    {
        ["none"] = PlantedFault.None,
        ["half-noise"] = PlantedFault.HalfNoise,
        ["wrong-clip"] = PlantedFault.WrongClip,
        ["reused-noise"] = PlantedFault.ReusedNoise,
        ["partial-noise"] = PlantedFault.PartialNoise,
    };

    private readonly Option<double> _noise = new("--noise-multiplier")
    {
        Description = "z = σ/C of the mechanism.",
        HelpName = "Z",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _canaries = new("--canaries")
    {
        Description = "Canaries, each in or out by a fair coin.",
        HelpName = "M",
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<double> _delta = new("--delta")
    {
        Description = "δ at which ε is bounded from both sides.",
        HelpName = "D",
        DefaultValueFactory = _ => 1e-6,
    };

    private readonly Option<double> _confidence = new("--confidence")
    {
        Description = "A right mechanism passes with at least this probability.",
        HelpName = "P",
        DefaultValueFactory = _ => 0.95,
    };

    private readonly Option<string> _plant = new("--plant")
    {
        Description = "A fault to plant, to see that it is found.",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<FileInfo?> _plot = new("--plot")
    {
        Description = "Also draw the ROC curves and the accounted limit to this SVG file.",
        HelpName = "FILE",
    };

    public PrivacyAuditCommand()
        : base(
            "audit",
            "Attacks the Gaussian mechanism with canaries: a lower bound of ε beside the accounted upper one. Exit code 1 if they contradict.",
            "fedkernel privacy audit",
            "fedkernel privacy audit --plant half-noise --plot roc.svg",
            "fedkernel privacy audit --noise-multiplier 2 --canaries 20000 --delta 1e-5 --json audit.json")
    {
        _plant.AcceptOnlyFromAmong([.. _faults.Keys]);
        Check(_noise, z => z >= 1e-3 && z <= 1e6, "[0.001, 1000000]");
        Check(_canaries, m => m >= 100 && m <= 1 << 20, "[100, 1048576]");
        Check(_delta, d => d > 0 && d < 1, "(0, 1)");
        Check(_confidence, p => p > 0.5 && p < 1, "(0.5, 1)");
        foreach (Option option in new Option[] { _noise, _canaries, _delta, _confidence, _plant, _plot })
        {
            Options.Add(option);
        }
    }

    protected override int Execute(VerbContext context)
    {
        FileInfo? file = context.Parsed.GetValue(_plot);
        if (file is not null && (Directory.Exists(file.FullName) || file.Directory is not { Exists: true }))
        {
            throw new CommandException(ExitCode.WrongArguments, $"--plot takes a file in a folder that exists; got '{file}'.");
        }

        using Device device = context.ChooseDevice().Candidate.Open();
        context.Json.AddDevice(device.Info);
        var plan = new CanaryPlan(context.Parsed.GetValue(_canaries));
        using var key = SecretKey256.Create();
        var release = new GaussianSumRelease(
            device, plan, context.Parsed.GetValue(_noise), key, _faults[context.Parsed.GetValue(_plant)!]);
        AuditReport report = PrivacyAudit.Run(release, Adversaries.All(plan), new AuditOptions
        {
            Delta = context.Parsed.GetValue(_delta),
            Confidence = context.Parsed.GetValue(_confidence),
            Seed = new SimulationSeed(context.Seed),
        });
        AuditOutput.Write(context, report, device.Info.Id);
        if (file is not null)
        {
            AuditPlot.Save(file.FullName, report);
        }

        return report.IsConsistent ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Check<T>(Option<T> option, Func<T, bool> isAllowed, string range)
        where T : ISpanParsable<T>
    {
        option.Validators.Add((OptionResult result) =>
        {
            // A text that is no number has its own message.
            if (result.Tokens.Count == 1
                && T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out T? value)
                && !isAllowed(value))
            {
                result.AddError($"{option.Name} must lie in {range}; got {result.Tokens[0].Value}.");
            }
        });
    }
}
