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

/// <summary><c>fedkernel privacy sigma</c>: the least noise multiplier that meets (ε, δ).</summary>
internal sealed class PrivacySigmaCommand : Verb
{
    private readonly PrivacyOptions _options = new();

    public PrivacySigmaCommand()
        : base(
            "sigma",
            "The least noise multiplier with which so many steps stay at or below ε at δ.",
            "fedkernel privacy sigma --epsilon 2 --sampling-probability 0.01 --steps 1000 --delta 1e-5",
            "fedkernel privacy sigma --epsilon 1 --steps 50 --unit client")
    {
        foreach (Option option in new Option[]
        {
            _options.Epsilon, _options.SamplingProbability, _options.Steps, _options.Delta, _options.Relation, _options.Unit, _options.Plot,
        })
        {
            Options.Add(option);
        }
    }

    protected override int Execute(VerbContext context)
    {
        double epsilon = _options.TargetEpsilon(context), delta = _options.DeltaOf(context), q = _options.Probability(context);
        long steps = _options.StepCount(context);
        NeighbouringRelation relation = _options.RelationOf(context);
        string? plot = _options.PlotPath(context);
        PrivacyEvent History(double z) => PrivacyOptions.History(z, q, steps, relation);
        double noise = PrivacyOptions.Accounted(() => Calibration.NoiseMultiplier(History, epsilon, delta));

        var question = new PrivacyQuestion(noise, q, steps, delta, relation, _options.UnitOf(context));
        context.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Noise multiplier {noise:G9} meets ε ≤ {epsilon} at δ = {delta}."));
        context.Json.AddRecord("privacy.sigma.noise_multiplier", noise, "1", ("target_epsilon", epsilon));
        if (RenyiAccountant.Knows(History(1)))
        {
            double alone = Calibration.NoiseMultiplier(History, epsilon, delta, RenyiAccountant.Epsilon, 1e-6, noise);
            context.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"By RDP alone it would be {alone:G9}."));
            context.Json.Add("privacy.sigma.rdp_noise_multiplier", alone, "1");
        }

        PrivacyOutput.Write(context, question, PrivacyOptions.Accounted(question.Answer));
        PrivacyOutput.Draw(context, question, plot);
        return ExitCode.Done;
    }
}
