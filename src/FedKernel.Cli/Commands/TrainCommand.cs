// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using FedKernel.Cli.Reports;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Studies;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel train</c>: hospitals train a model together; a table, a report, a plot and the model come out.</summary>
internal sealed class TrainCommand : Verb
{
    private const string BreastCancer = "breast", HeartDisease = "heart";
    private const string ClinicalProtocol = "clinical", FlambyProtocol = "flamby", CurveProtocol = "dp-curve";
    private const string DataVariable = "FEDKERNEL_DATA";

    private readonly Option<string> _study = new("--study")
    {
        Description = "breast: 569 patients, data included. heart: four hospitals; mnist, pneumonia, or images for both: ten simulated clients; files from --data.",
        DefaultValueFactory = _ => BreastCancer,
    };

    private readonly Option<DirectoryInfo?> _data = new("--data")
    {
        Description = $"Folder of the study's files. Default: the study's folder in {DataVariable}.",
        HelpName = "DIR",
    };

    private readonly Option<string> _protocol = new("--protocol")
    {
        Description = "clinical: with and without privacy. flamby: as published for the heart study, without privacy. dp-curve: the heart study's accuracy over ε.",
        DefaultValueFactory = _ => ClinicalProtocol,
    };

    private readonly Option<int> _seeds = new("--seeds")
    {
        Description = "Number of seeds of the flamby protocol and of image studies, from --seed on, or of trainings for each ε of dp-curve, 1 to 1000.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string[]> _compress = new("--compress")
    {
        Description = "Pipeline that clients send updates by, beside float32, for an image study; may be given several times. 'fedkernel compress --list' knows the stages.",
        HelpName = "PIPELINE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly PrivateTrainingVerbOptions _privacy = new();

    private readonly Option<DirectoryInfo> _report = new("--report")
    {
        Description = "Folder for report, plot and model; made if it is not there.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("fedkernel-report"),
    };

    public TrainCommand()
        : base(
            "train",
            "Hospitals train one model together, privately and not, beside one trained on all data and one of each alone.",
            "fedkernel train",
            "fedkernel train --epsilon 1 --delta 1e-4 --device cpu:256 --report out",
            "fedkernel train --dp sgd --sampling-probability 0.1 --clipping auto-s --noise-schedule linear",
            "fedkernel train --dp client --clients 30 --clipping adaptive",
            "fedkernel train --dp sgd --ledger breast.ledger --budget 5",
            "fedkernel train --study heart --data DIR",
            "fedkernel train --study heart --data DIR --protocol flamby --seeds 5 --json heart.json",
            "fedkernel train --study heart --data DIR --protocol dp-curve --seeds 5 --report out",
            "fedkernel train --study mnist --data DIR --compress ef+topk:0.01+int8:256+rice --seeds 5 --report out")
    {
        _study.AcceptOnlyFromAmong([BreastCancer, HeartDisease, .. ImageStudies.Names]);
        _protocol.AcceptOnlyFromAmong(ClinicalProtocol, FlambyProtocol, CurveProtocol);
        _seeds.Bound(1, 1000);
        foreach (Option option in new Option[] { _study, _data, _protocol, _seeds, _compress, _report })
        {
            Options.Add(option);
        }

        _privacy.AddTo(this);
        Validators.Add(RefuseContradictions);
    }

    protected override int Execute(VerbContext context)
    {
        if (ImageStudies.Has(context.Parsed.GetValue(_study)))
        {
            return TrainOnImages(context);
        }

        string protocolName = context.Parsed.GetValue(_protocol)!;
        bool heart = context.Parsed.GetValue(_study) == HeartDisease;
        IReadOnlyList<Hospital>? hospitals = heart ? HeartDiseaseData.Load(DataFolder(context)) : null;
        using Device device = OpenDevice(context);
        var folder = new ReportFolder(context.Parsed.GetValue(_report)!.FullName);
        var seed = new SimulationSeed(context.Seed);
        if (protocolName == FlambyProtocol)
        {
            var protocol = new FlambyHeartProtocol(device, hospitals!);
            int seeds = context.Parsed.GetValue(_seeds);
            FlambyReport report = StudyProgressBar.Run(context.Console, p => protocol.Run(seed, seeds, p));
            FlambyOutput.Write(context, report, folder);
        }
        else if (protocolName == CurveProtocol)
        {
            var options = new PrivacyCurveOptions { RunCount = context.Parsed.GetValue(_seeds), Delta = _privacy.Delta(context.Parsed) };
            var curve = new HeartPrivacyCurve(device, hospitals!, options);
            PrivacyCurveOutput.Write(context, StudyProgressBar.Run(context.Console, p => curve.Run(p)), folder);
        }
        else
        {
            using LedgerFiles? ledgers = _privacy.Ledgers(context.Parsed);
            StudyOptions options = _privacy.Read(context.Parsed) with { Seed = seed, OpenLedger = ledgers is null ? null : ledgers.Open };
            StudyReport report = StudyProgressBar.Run(
                context.Console,
                p => heart
                    ? HeartDiseaseStudy.Run(device, hospitals!, options, p)
                    : BreastCancerStudy.Run(device, ReadBreastCancer(), options, p),
                new SpentBudgetLog(context.Console, options.Delta));
            StudyOutput.Write(context, report, folder, ledgers?.Paths ?? []);
            if (report.StopReason is not null)
            {
                context.Parsed.InvocationConfiguration.Error.WriteLine($"fedkernel: {report.StopReason} Kept: the model of the rounds before.");
                return ExitCode.Failed;
            }
        }

        return ExitCode.Done;
    }

    private int TrainOnImages(VerbContext context)
    {
        CompressionPipeline[] pipelines = [.. (context.Parsed.GetValue(_compress) ?? []).Select(CompressionInput.Parse)];
        string? root = context.Parsed.GetValue(_data)?.FullName ?? Environment.GetEnvironmentVariable(DataVariable);
        IReadOnlyList<ImageStudy> studies = ImageStudies.Load(context.Parsed.GetValue(_study)!, root);
        using Device device = OpenDevice(context);
        var options = new CompressionStudyOptions
        {
            Pipelines = pipelines,
            Seed = new SimulationSeed(context.Seed),
            SeedCount = context.Parsed.GetValue(_seeds),
        };

        // What a model does not take is refused before anything is written or trained.
        CompressionStudy[] runs = [.. studies.Select(s => new CompressionStudy(device, s, options))];
        var folder = new ReportFolder(context.Parsed.GetValue(_report)!.FullName);
        CompressionReport[] reports = [.. runs.Select(r => StudyProgressBar.Run(context.Console, p => r.Run(p)))];
        CompressionOutput.Write(context, reports, folder);
        return ExitCode.Done;
    }

    private static Device OpenDevice(VerbContext context)
    {
        (DeviceCandidate candidate, string reason) = context.ChooseDevice();
        Device device = candidate.Open();
        context.Json.AddDevice(device.Info);
        context.Console.WriteLine($"Device: {device.Info.Id} ({device.Info.Name}, {device.Info.Capabilities}): {reason}.");
        return device;
    }

    private static TabularDataset ReadBreastCancer()
    {
        using Stream stream = typeof(TrainCommand).Assembly.GetManifestResourceStream("breast_cancer.csv")!;
        return BreastCancerData.Read(stream);
    }

    private void RefuseContradictions(CommandResult result)
    {
        // Defaults are not filled in yet.
        string protocol = result.GetValue(_protocol) ?? ClinicalProtocol;
        if (ImageStudies.Has(result.GetValue(_study)))
        {
            if (result.GetResult(_protocol) is { Implicit: false } || _privacy.GivenOrDelta(result).Any())
            {
                string option = _privacy.GivenOrDelta(result).FirstOrDefault() ?? _protocol.Name;
                result.AddError($"{option} does not go with --study {result.GetValue(_study)}: image studies compare ways to send updates, without privacy.");
            }
        }
        else if (result.GetResult(_compress) is { Implicit: false })
        {
            result.AddError($"--compress belongs to --study {string.Join(", ", ImageStudies.Names)}.");
        }
        else if (protocol != ClinicalProtocol && result.GetValue(_study) != HeartDisease)
        {
            result.AddError($"--protocol {protocol} belongs to --study heart.");
        }
        else if (protocol != ClinicalProtocol && _privacy.Given(result).FirstOrDefault() is { } idle)
        {
            result.AddError($"{idle} belongs to --protocol clinical; {protocol} has its own training.");
        }
        else if (protocol == ClinicalProtocol && result.GetValue(_study) == HeartDisease && _privacy.HidesClients(result))
        {
            result.AddError("--dp client belongs to --study breast, whose table is dealt out to --clients: noise that hides one of four hospitals hides everything.");
        }
        else if (protocol == ClinicalProtocol && result.GetResult(_seeds) is { Implicit: false })
        {
            result.AddError("--seeds belongs to --protocol flamby or dp-curve; the clinical protocol takes one --seed.");
        }
    }

    private string DataFolder(VerbContext context)
    {
        if (context.Parsed.GetValue(_data) is { } named)
        {
            return named.FullName;
        }

        string? root = Environment.GetEnvironmentVariable(DataVariable);
        return string.IsNullOrWhiteSpace(root)
            ? throw new CommandException(
                ExitCode.WrongArguments,
                $"--study heart needs --data DIR with the four processed.*.data files; get them from {HeartDiseaseData.Source}.")
            : Path.Combine(root, "fed_heart_disease");
    }
}
