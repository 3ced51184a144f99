// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation.Faults;

/// <summary>What a faulty device does to its results: the ways in which hardware and drivers are known to fail.</summary>
public enum Fault
{
    /// <summary>One bit of one result is the other one.</summary>
    BitFlip,

    /// <summary>One result is NaN.</summary>
    NaN,

    /// <summary>One result is +∞.</summary>
    Infinity,

    /// <summary>One result is −0.</summary>
    NegativeZero,

    /// <summary>Every result lands one element too far.</summary>
    OffByOne,

    /// <summary>Nothing was written: the results are those of before.</summary>
    Stale,

    /// <summary>A block of 256 results was not written.</summary>
    DroppedBlock,

    /// <summary>A launch never ends.</summary>
    Hang,

    /// <summary>The results are right, in five times the time.</summary>
    Slow,
}
