// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using FedKernel.Privacy;
using FedKernel.Training.Solvers;
using FedKernel.Training.Studies;

namespace FedKernel.Cli.Commands;

/// <summary>What <c>fedkernel train</c> lets one choose about privacy.</summary>
internal sealed class PrivateTrainingVerbOptions
{
    private static readonly Dictionary<string, PrivateTrainingMode> _modes = new()
    {
        ["none"] = PrivateTrainingMode.None,
        ["full-batch"] = PrivateTrainingMode.FullBatch,
        ["sgd"] = PrivateTrainingMode.Sgd,
        ["client"] = PrivateTrainingMode.Client,
    };

    private const string Adaptive = "adaptive";

    private static readonly Dictionary<string, GradientClipping> _clippings = new()
    {
        ["flat"] = GradientClipping.Flat,
        ["auto-s"] = GradientClipping.AutoS,
        // Of whole updates, not of gradients.
        [Adaptive] = GradientClipping.Flat,
    };

    private static readonly Dictionary<string, NoiseShape> _shapes = new()
    {
        ["constant"] = NoiseShape.Constant,
        ["step"] = NoiseShape.Step,
        ["exponential"] = NoiseShape.Exponential,
        ["linear"] = NoiseShape.Linear,
    };

    private static readonly Dictionary<string, PrivacyUnit> _units = new()
    {
        ["example"] = PrivacyUnit.Example,
        ["patient"] = PrivacyUnit.Patient,
        ["client"] = PrivacyUnit.Client,
    };

    private readonly Option<string?> _dp = Choice(
        "--dp", "How the private models are trained. none: not at all. full-batch: each step over all patients. sgd: Poisson batches. client: noise of the server hides whole clients.", _modes.Keys, "full-batch");

    private readonly Option<double> _epsilon = new("--epsilon")
    {
        Description = "ε of the private models.",
        HelpName = "E",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<double> _delta = new("--delta")
    {
        Description = "δ of the private models, below 1 / patients.",
        HelpName = "D",
        DefaultValueFactory = _ => 1e-4,
    };

    private readonly Option<double?> _noiseMultiplier = new("--noise-multiplier")
    {
        Description = "Noise over sensitivity of the first round's steps, instead of --epsilon: ε follows from it.",
        HelpName = "Z",
    };

    private readonly Option<string?> _clipping = Choice(
        "--clipping", "How gradients are bounded. flat: shortened where too long. auto-s: all to nearly the same length. adaptive: a client's update, to the median norm.", _clippings.Keys, "flat");

    private readonly Option<double?> _probability = new("--sampling-probability")
    {
        Description = "Probability of each record to be in a batch of --dp sgd, default 0.25, or of each client in a round of --dp client, default 1.",
        HelpName = "Q",
    };

    private readonly Option<string?> _shape = Choice(
        "--noise-schedule", "How noise changes over the rounds: not at all, by steps, or to half in the last round.", _shapes.Keys, "constant");

    private readonly Option<string?> _unit = Choice(
        "--unit", "Whose presence is hidden. patient: all rows of one together. example: single rows. client: all that one holds, which goes with --dp client.", _units.Keys, null);

    private readonly Option<int> _clients = new("--clients")
    {
        Description = "Clients of --dp client, 5 to 50; the table is dealt out to them.",
        HelpName = "N",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<FileInfo?> _ledger = new("--ledger")
    {
        Description = "Account of everything released, made or continued: FILE for --dp client, else FILE.hospital for each. Keys lie beside them, *.key. Only the private federated model is then trained.",
        HelpName = "FILE",
    };

    private readonly Option<double?> _budget = new("--budget")
    {
        Description = "ε that a new --ledger may ever spend, in this run and later ones. Default: what this run plans.",
        HelpName = "E",
    };

    /// <summary>Adds the options, with their ranges.</summary>
    public void AddTo(Command command)
    {
        _epsilon.Bound(0.01, 1000);
        _delta.Bound(1e-12, 0.5);
        _noiseMultiplier.Bound(1e-3, 1e6);
        _probability.Bound(1e-3, 1);
        _clients.Bound(5, 50);
        _budget.Bound(0.01, 1e6);
        foreach (Option option in new Option[] { _dp, _epsilon, _noiseMultiplier, _delta, _clipping, _probability, _shape, _unit, _clients, _ledger, _budget })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(RefuseContradictions);
    }

    /// <summary>δ, which every protocol takes.</summary>
    public double Delta(ParseResult parsed) => parsed.GetValue(_delta);

    /// <summary>The files of --ledger; null if no account is kept.</summary>
    public LedgerFiles? Ledgers(ParseResult parsed) =>
        parsed.GetValue(_ledger) is { } file ? new LedgerFiles(file.FullName, parsed.GetValue(_budget)) : null;

    /// <summary>The choices, in the study's words.</summary>
    public StudyOptions Read(ParseResult parsed) => new()
    {
        PrivateTraining = _modes[parsed.GetValue(_dp)!],
        ClientCount = parsed.GetValue(_clients),
        AdaptiveClipping = parsed.GetValue(_clipping) == Adaptive,
        Epsilon = parsed.GetValue(_epsilon),
        NoiseMultiplier = parsed.GetValue(_noiseMultiplier),
        Delta = parsed.GetValue(_delta),
        Clipping = _clippings[parsed.GetValue(_clipping)!],
        SamplingProbability = parsed.GetValue(_probability) ?? (IsClient(parsed.GetValue(_dp)) ? 1 : 0.25),
        NoiseShape = _shapes[parsed.GetValue(_shape)!],
        Unit = _units[parsed.GetValue(_unit) ?? (IsClient(parsed.GetValue(_dp)) ? "client" : "patient")],
    };

    /// <summary>Names of the options given that only a study with private models of its own can heed.</summary>
    public IEnumerable<string> Given(CommandResult result) =>
        new Option[] { _dp, _epsilon, _noiseMultiplier, _clipping, _probability, _shape, _unit, _clients, _ledger, _budget }.Where(o => IsGiven(result, o)).Select(o => o.Name);

    /// <summary>The same with --delta, which every private protocol takes.</summary>
    public IEnumerable<string> GivenOrDelta(CommandResult result) =>
        IsGiven(result, _delta) ? Given(result).Append(_delta.Name) : Given(result);

    /// <summary>Whether --dp client was asked for.</summary>
    public bool HidesClients(CommandResult result) => IsClient(result.GetValue(_dp));

    private void RefuseContradictions(CommandResult result)
    {
        string mode = result.GetValue(_dp) ?? "full-batch";
        if (IsGiven(result, _epsilon) && IsGiven(result, _noiseMultiplier))
        {
            result.AddError("--epsilon and --noise-multiplier say the same thing twice; give one of them.");
        }
        else if (mode == "none" && (Given(result).FirstOrDefault(o => o != "--dp") ?? (IsGiven(result, _delta) ? _delta.Name : null)) is { } idle)
        {
            result.AddError($"{idle} belongs to private models; --dp none trains none.");
        }
        else if (mode == "full-batch" && IsGiven(result, _probability))
        {
            result.AddError($"--sampling-probability belongs to --dp sgd or client; {mode} takes every record.");
        }
        else if (!IsClient(mode) && IsGiven(result, _clients))
        {
            result.AddError($"--clients belongs to --dp client; --dp {mode} has the study's hospitals.");
        }
        else if (result.GetValue(_unit) is { } unit && IsClient(unit) != IsClient(mode))
        {
            result.AddError($"--dp {mode} hides {(IsClient(mode) ? "whole clients" : "patients or rows")}; --unit {unit} does not go with it.");
        }
        else if (IsGiven(result, _clipping) && ((result.GetValue(_clipping) == Adaptive && !IsClient(mode)) || (result.GetValue(_clipping) == "auto-s" && IsClient(mode))))
        {
            result.AddError($"--clipping {result.GetValue(_clipping)} does not go with --dp {mode}: adaptive bounds a client's update, auto-s a gradient.");
        }
        else if (IsGiven(result, _budget) && !IsGiven(result, _ledger))
        {
            result.AddError("--budget belongs to --ledger: without an account nobody remembers it.");
        }
    }

    private static bool IsClient(string? word) => word == "client";

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static Option<string?> Choice(string name, string description, IEnumerable<string> values, string? usual)
    {
        var option = new Option<string?>(name) { Description = description };
        if (usual is not null)
        {
            option.DefaultValueFactory = _ => usual;
        }

        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }
}
