// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Training.Federation;
using FedKernel.Training.Studies;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>One line for each round of the private federated model: what its patients have spent.</summary>
internal sealed class SpentBudgetLog(IAnsiConsole console, double delta) : IProgress<StudyProgress>
{
    public void Report(StudyProgress value)
    {
        if (value is { IsFederated: true, Round: { Epsilon: { } spent } round })
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Round {round.Round} of {round.RoundCount}: spent ε in [{spent.Lower:0.0000}, {spent.Upper:0.0000}] at δ = {delta:0.#e+0}, accuracy {round.MeanAccuracy:0.000}{Bound(round)}"));
        }
    }

    private static string Bound(RoundRecord round) =>
        round.ClippingBound is { } bound ? string.Create(CultureInfo.InvariantCulture, $", updates clipped at {bound:0.0000}") : "";
}
