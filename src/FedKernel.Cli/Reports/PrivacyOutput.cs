// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Cli.Commands;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>An answer of the accountant as a person reads it: the bracket, its methods, and what it assumes.</summary>
internal static class PrivacyOutput
{
    private const int MostPoints = 25;

    public static void Write(VerbContext context, PrivacyQuestion question, PrivacyAnswer answer)
    {
        IAnsiConsole console = context.Console;
        PrivacyBracket bracket = answer.Bracket;
        console.WriteLine(Invariant(
            $"ε in [{bracket.Lower:G8}, {bracket.Upper:G8}] at δ = {question.Delta}: {Noise(question)}, q = {question.SamplingProbability}, {question.Steps} steps."));
        console.WriteLine($"  upper end, the promise: {bracket.UpperMethod}");
        console.WriteLine($"  lower end, how tight it is: {bracket.LowerMethod}");
        foreach (MethodAnswer method in answer.Methods.Where(m => double.IsFinite(m.Upper)))
        {
            console.WriteLine(Invariant($"  {method.Method}: {(method.Lower > 0 ? $"[{method.Lower.ToString("G8", CultureInfo.InvariantCulture)}, " : "at most ")}{method.Upper:G8}{(method.Lower > 0 ? "]" : "")}"));
        }

        console.WriteLine("This holds if:");
        foreach (string line in Assumptions(question))
        {
            console.WriteLine("  - " + line);
        }

        context.Json.AddRecord(
            "privacy.epsilon.upper",
            bracket.Upper,
            "1",
            ("noise_multiplier", question.NoiseMultiplier),
            ("sampling_probability", question.SamplingProbability),
            ("steps", question.Steps),
            ("delta", question.Delta));
        context.Json.Add("privacy.epsilon.lower", bracket.Lower, "1");
        if (answer.By("RDP") is MethodAnswer rdp)
        {
            context.Json.Add("privacy.epsilon.rdp", rdp.Upper, "1");
        }
    }

    /// <summary>Draws both ends over the rounds, if a path is given.</summary>
    public static void Draw(VerbContext context, PrivacyQuestion question, string? path)
    {
        if (path is null)
        {
            return;
        }

        long[] rounds = [.. Enumerable.Range(0, MostPoints)
            .Select(i => 1 + (long)Math.Round((question.Steps - 1) * (i / (MostPoints - 1.0)))).Distinct()];
        PrivacyBracket[] brackets = PrivacyOptions.Accounted(() => rounds.Select(question.BracketAfter).ToArray());
        PrivacyPlot.Save(path, question, rounds, brackets);
        context.Console.WriteLine($"Plot: {path}");
    }

    private static IEnumerable<string> Assumptions(PrivacyQuestion question)
    {
        string unit = question.Unit;
        yield return question.Relation == NeighbouringRelation.AddOrRemoveOne
            ? $"neighbours differ by one {unit} more or less; the noise multiplier is σ over the clipping bound C of one {unit};"
            : $"neighbours differ in one {unit} replaced by another; the noise multiplier is σ over 2C, C the clipping bound of one {unit};";
        yield return unit switch
        {
            "patient" => "all rows of a patient were grouped before clipping: else this is about rows, not about patients;",
            "client" => "the whole update of a client is clipped once, and the noise is added to the sum of the updates;",
            _ => "a person has one example only: else this is about examples, not about persons;",
        };
        yield return question.SamplingProbability < 1
            ? $"every {unit} came into a batch by its own secret coin (Poisson sampling): shuffled or fixed-size batches are not that;"
            : $"every step may use every {unit}: nothing is gained from sampling;";
        yield return "a step may depend on all that earlier ones showed (adaptive composition), the number of steps and the noise may not;";
        double tail = question.SamplingProbability * (question.Schedule is null
            ? question.Steps * GaussianTail.LeastDelta(question.NoiseMultiplier)
            : question.Schedule.NoiseMultipliers.Sum(GaussianTail.LeastDelta));
        yield return "the noise is Gaussian over the real numbers: float32 noise approximates it, and its low bits are not covered;";
        yield return Invariant($"float32 noise ends at 6.76 σ, which adds at least {tail:G2} to δ; discrete noise has no such end;");
        yield return "numbers of records, weights, denominators and δ are public, and nothing else about the data was released.";
    }

    private static string Noise(PrivacyQuestion question) => question.Schedule is null
        ? Invariant($"z = {question.NoiseMultiplier:G9}")
        : Invariant($"z of {question.Schedule.NoiseMultipliers[0]:G9} to {question.Schedule.NoiseMultipliers[^1]:G9}, without sampling {question.NoiseMultiplier:G9} in all");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
