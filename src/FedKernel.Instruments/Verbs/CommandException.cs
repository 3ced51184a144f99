// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Verbs;

/// <summary>Ends a verb with one line for the person and a code for the script.</summary>
/// <param name="exitCode">A code of <see cref="Verbs.ExitCode"/>.</param>
/// <param name="message">What happened and what to do.</param>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
