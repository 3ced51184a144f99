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
    };

    private static readonly Dictionary<string, GradientClipping> _clippings = new()
    {
        ["flat"] = GradientClipping.Flat,
        ["auto-s"] = GradientClipping.AutoS,
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
    };

    private readonly Option<string> _dp = Choice(
        "--dp", "How the private models are trained. none: not at all. full-batch: each step over all patients. sgd: Poisson batches.", _modes.Keys, "full-batch");

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

    private readonly Option<string> _clipping = Choice(
        "--clipping", "How gradients are bounded. flat: shortened where too long. auto-s: all to nearly the same length.", _clippings.Keys, "flat");

    private readonly Option<double> _probability = new("--sampling-probability")
    {
        Description = "Probability of each record to be in a batch of --dp sgd.",
        HelpName = "Q",
        DefaultValueFactory = _ => 0.25,
    };

    private readonly Option<string> _shape = Choice(
        "--noise-schedule", "How noise changes over the rounds: not at all, by steps, or to half in the last round.", _shapes.Keys, "constant");

    private readonly Option<string> _unit = Choice(
        "--unit", "Whose presence is hidden. patient: all rows of one together. example: single rows.", _units.Keys, "patient");

    /// <summary>Adds the options, with their ranges.</summary>
    public void AddTo(Command command)
    {
        _epsilon.Bound(0.01, 1000);
        _delta.Bound(1e-12, 0.5);
        _noiseMultiplier.Bound(1e-3, 1e6);
        _probability.Bound(1e-3, 1);
        foreach (Option option in new Option[] { _dp, _epsilon, _noiseMultiplier, _delta, _clipping, _probability, _shape, _unit })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(RefuseContradictions);
    }

    /// <summary>δ, which every protocol takes.</summary>
    public double Delta(ParseResult parsed) => parsed.GetValue(_delta);

    /// <summary>The choices, in the study's words.</summary>
    public StudyOptions Read(ParseResult parsed) => new()
    {
        PrivateTraining = _modes[parsed.GetValue(_dp)!],
        Epsilon = parsed.GetValue(_epsilon),
        NoiseMultiplier = parsed.GetValue(_noiseMultiplier),
        Delta = parsed.GetValue(_delta),
        Clipping = _clippings[parsed.GetValue(_clipping)!],
        SamplingProbability = parsed.GetValue(_probability),
        NoiseShape = _shapes[parsed.GetValue(_shape)!],
        Unit = _units[parsed.GetValue(_unit)!],
    };

    /// <summary>Names of the options given that only a study with private models of its own can heed.</summary>
    public IEnumerable<string> Given(CommandResult result) =>
        new Option[] { _dp, _epsilon, _noiseMultiplier, _clipping, _probability, _shape, _unit }.Where(o => IsGiven(result, o)).Select(o => o.Name);

    private void RefuseContradictions(CommandResult result)
    {
        string mode = result.GetValue(_dp) ?? "full-batch";
        if (IsGiven(result, _epsilon) && IsGiven(result, _noiseMultiplier))
        {
            result.AddError("--epsilon and --noise-multiplier say the same thing twice; give one of them.");
        }
        else if (mode == "none" && Given(result).FirstOrDefault(o => o != "--dp") is { } idle)
        {
            result.AddError($"{idle} belongs to private models; --dp none trains none.");
        }
        else if (mode != "sgd" && IsGiven(result, _probability))
        {
            result.AddError($"--sampling-probability belongs to --dp sgd; {mode} takes every record.");
        }
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static Option<string> Choice(string name, string description, IEnumerable<string> values, string usual)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }
}
