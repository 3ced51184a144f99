// SPDX-License-Identifier: Apache-2.0
using Spectre.Console;

namespace FedKernel.Instruments.Validation;

/// <summary>A bar for each device on a terminal; nothing in a file.</summary>
internal static class ValidationProgress
{
    /// <summary>Runs work that reports by (device, checks) → what to call for each result.</summary>
    public static void Run(IAnsiConsole console, Action<Func<string, int, Action<CheckResult>>> work)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
        {
            work((_, _) => _ => { });
            return;
        }

        console.Progress().AutoClear(true).Start(progress => work((device, checks) =>
        {
            ProgressTask task = progress.AddTask(Markup.Escape(device), maxValue: checks);
            return result =>
            {
                task.Increment(1);
                task.Description = $"{Markup.Escape(device)}  {Markup.Escape(result.Id)}";
            };
        }));
    }
}
