// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using FedKernel.Cli.Reports;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.Renyi;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel privacy rounds</c>: the greatest number of steps that meets (ε, δ).</summary>
internal sealed class PrivacyRoundsCommand : Verb
{
    private readonly PrivacyOptions _options = new();

    public PrivacyRoundsCommand()
        : base(
            "rounds",
            "The greatest number of steps that stays at or below ε at δ.",
            "fedkernel privacy rounds --epsilon 2 --noise-multiplier 1 --sampling-probability 0.01 --delta 1e-5",
            "fedkernel privacy rounds --epsilon 8 --noise-multiplier 5 --unit client")
    {
        foreach (Option option in new Option[]
        {
            _options.Epsilon, _options.NoiseMultiplier, _options.SamplingProbability, _options.Delta, _options.Relation, _options.Unit,
            _options.Plot,
        })
        {
            Options.Add(option);
        }
    }

    protected override int Execute(VerbContext context)
    {
        double epsilon = _options.TargetEpsilon(context), delta = _options.DeltaOf(context), q = _options.Probability(context);
        double noise = _options.Noise(context);
        NeighbouringRelation relation = _options.RelationOf(context);
        string? plot = _options.PlotPath(context);
        PrivacyEvent History(long steps) => PrivacyOptions.History(noise, q, steps, relation);
        long steps = PrivacyOptions.Accounted(() => Calibration.Steps(History, epsilon, delta));

        var question = new PrivacyQuestion(noise, q, steps, delta, relation, _options.UnitOf(context));
        context.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{steps} steps meet ε ≤ {epsilon} at δ = {delta}."));
        context.Json.AddRecord("privacy.rounds.steps", steps, "steps", ("target_epsilon", epsilon));
        if (RenyiAccountant.Knows(History(1)))
        {
            long alone = Calibration.Steps(History, epsilon, delta, RenyiAccountant.Epsilon, steps) ?? 0;
            context.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"By RDP alone it would be {alone}."));
            context.Json.Add("privacy.rounds.rdp_steps", alone, "steps");
        }

        PrivacyOutput.Write(context, question, PrivacyOptions.Accounted(question.Answer));
        PrivacyOutput.Draw(context, question, plot);
        return ExitCode.Done;
    }
}
