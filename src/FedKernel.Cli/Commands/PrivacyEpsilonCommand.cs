// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using FedKernel.Cli.Reports;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy;
using FedKernel.Privacy.Layers;
using FedKernel.Privacy.Schedules;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel privacy epsilon</c>: the bracket of ε of noise, sampling and steps; one, or a file of them.</summary>
internal sealed class PrivacyEpsilonCommand : Verb
{
    private readonly PrivacyOptions _options = new();

    private readonly Option<FileInfo?> _batch = new("--batch")
    {
        Description = "A JSON list of {noise_multiplier, sampling_probability, steps, delta}; the answers go to --json.",
        HelpName = "FILE",
    };

    public PrivacyEpsilonCommand()
        : base(
            "epsilon",
            "The bracket [lower, upper] of ε at δ, the method of each end, RDP beside it, and the assumptions.",
            "fedkernel privacy epsilon --noise-multiplier 1 --sampling-probability 0.01 --steps 1000 --delta 1e-5",
            "fedkernel privacy epsilon --noise-multiplier 5 --steps 100 --unit client --plot epsilon.svg",
            "fedkernel privacy epsilon --layers 1,2,4 --steps 1",
            "fedkernel privacy epsilon --schedule 1,1.25,1.5,2",
            "fedkernel privacy epsilon --batch questions.json --json answers.json")
    {
        foreach (Option option in new Option[]
        {
            _options.NoiseMultiplier, _options.Layers, _options.Schedule, _options.SamplingProbability, _options.Steps, _options.Delta, _options.Relation, _options.Unit,
            _options.Plot, _batch,
        })
        {
            Options.Add(option);
        }
    }

    /// <summary>What a batch has no use for.</summary>
    private Option[] Idle =>
        [_options.NoiseMultiplier, _options.Layers, _options.Schedule, _options.SamplingProbability, _options.Steps, _options.Delta, _options.Unit, _options.Plot];

    protected override int Execute(VerbContext context)
    {
        if (context.Parsed.GetValue(_batch) is FileInfo file)
        {
            if (Idle.FirstOrDefault(o => context.Parsed.GetResult(o) is { Implicit: false }) is { } idle)
            {
                throw new CommandException(
                    ExitCode.WrongArguments, $"{idle.Name} does not go with --batch, which takes its numbers from the file: leave it out.");
            }

            PrivacyBatch.Run(context, file.FullName, _options.RelationOf(context));
            return ExitCode.Done;
        }

        NoiseSchedule? schedule = PrivacyOptions.List(context, _options.Schedule) is { } rounds ? NoiseSchedule.Of(rounds) : null;
        IReadOnlyList<double>? layers = PrivacyOptions.List(context, _options.Layers);
        RefuseTwoNoises(context, schedule, layers);
        NeighbouringRelation relation = _options.RelationOf(context);
        var question = new PrivacyQuestion(
            schedule?.EffectiveMultiplier ?? (layers is null ? _options.Noise(context) : new LayerwiseNoise(layers, relation).Event.NoiseMultiplier),
            _options.Probability(context),
            schedule?.RoundCount ?? _options.StepCount(context),
            _options.DeltaOf(context),
            relation,
            _options.UnitOf(context))
        {
            Schedule = schedule,
        };
        string? plot = _options.PlotPath(context);
        PrivacyOutput.Write(context, question, PrivacyOptions.Accounted(question.Answer));
        PrivacyOutput.Draw(context, question, plot);
        return ExitCode.Done;
    }

    private void RefuseTwoNoises(VerbContext context, NoiseSchedule? schedule, IReadOnlyList<double>? layers)
    {
        bool steps = context.Parsed.GetValue(_options.Steps) is not null, noise = context.Parsed.GetValue(_options.NoiseMultiplier) is not null;
        if ((schedule is not null && (steps || noise || layers is not null)) || (layers is not null && noise))
        {
            throw new CommandException(
                ExitCode.WrongArguments,
                "One of --noise-multiplier, --layers and --schedule says the noise, and --schedule says the steps too: leave the others out.");
        }
    }
}
