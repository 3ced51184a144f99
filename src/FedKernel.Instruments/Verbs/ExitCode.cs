// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Verbs;

/// <summary>What the command tells a script.</summary>
internal static class ExitCode
{
    /// <summary>Done, and everything within its bounds.</summary>
    public const int Done = 0;

    /// <summary>A result is wrong, or data, a device or a file failed.</summary>
    public const int Failed = 1;

    /// <summary>The arguments are wrong; nothing was started.</summary>
    public const int WrongArguments = 2;

    /// <summary>Right, and slower than asked for.</summary>
    public const int Slow = 3;

    /// <summary>A device hung, or its driver or process broke down.</summary>
    public const int Lost = 4;

    /// <summary>Nothing ran: the device that was named is not there, or there is none.</summary>
    public const int NothingRan = 5;

    /// <summary>Too little was done, or under too much noise, to say.</summary>
    public const int Inconclusive = 6;

    /// <summary>A person ended it.</summary>
    public const int Interrupted = 130;
}
