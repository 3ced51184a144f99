// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.CrashHost;

/// <summary>Where a process dies.</summary>
internal enum CrashPoint
{
    /// <summary>At the n-th call to the disk while the ledger is opened.</summary>
    Opening,

    /// <summary>At the n-th call to the disk during a charge.</summary>
    Charging,

    /// <summary>After the charge returned, before anything was released.</summary>
    BeforeRelease,

    /// <summary>With half of the release written.</summary>
    DuringRelease,

    /// <summary>After the release.</summary>
    AfterRelease,

    /// <summary>Whenever its parent kills it.</summary>
    Outside,
}
