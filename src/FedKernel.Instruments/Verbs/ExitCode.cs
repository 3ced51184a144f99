// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Verbs;

/// <summary>What the command tells a script.</summary>
internal static class ExitCode
{
    /// <summary>Done, and everything within its bounds.</summary>
    public const int Done = 0;

    /// <summary>A bound was broken, or data, a device or a file failed.</summary>
    public const int Failed = 1;

    /// <summary>The arguments are wrong; nothing was started.</summary>
    public const int WrongArguments = 2;

    /// <summary>Right, but slower than its bar with confidence; only where it was asked for.</summary>
    public const int Slow = 3;

    /// <summary>Nothing ran: the device that was named is not there, or there is none.</summary>
    public const int NothingRan = 5;
}
