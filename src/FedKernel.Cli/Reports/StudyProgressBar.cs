// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Studies;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>Shows how far a study is, where somebody looks at a terminal, and passes every report on.</summary>
internal static class StudyProgressBar
{
    public static T Run<T>(IAnsiConsole console, Func<IProgress<StudyProgress>?, T> study, IProgress<StudyProgress>? log = null)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
        {
            return study(log);
        }

        return console.Progress().AutoClear(true).Start(bars =>
        {
            ProgressTask bar = bars.AddTask("training");
            return study(new Bar(bar, log));
        });
    }

    private sealed class Bar(ProgressTask task, IProgress<StudyProgress>? log) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value)
        {
            log?.Report(value);
            string accuracy = value.Round is { } round ? FormattableString.Invariant($", accuracy {round.MeanAccuracy:0.000}") : "";
            task.Description = Markup.Escape(value.Activity + accuracy);
            task.Value = 100 * value.Fraction;
        }
    }
}
