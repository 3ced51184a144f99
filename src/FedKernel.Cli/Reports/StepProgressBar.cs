// SPDX-License-Identifier: Apache-2.0
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>Named steps one after the other, and how far they are where somebody looks at a terminal.</summary>
internal static class StepProgressBar
{
    public static void Run(IAnsiConsole console, IReadOnlyList<string> steps, Action<int> step)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
        {
            for (int i = 0; i < steps.Count; i++)
            {
                step(i);
            }

            return;
        }

        console.Progress().AutoClear(true).Start(bars =>
        {
            ProgressTask bar = bars.AddTask("", maxValue: steps.Count);
            for (int i = 0; i < steps.Count; i++)
            {
                bar.Description = Markup.Escape(steps[i]);
                step(i);
                bar.Increment(1);
            }
        });
    }
}
