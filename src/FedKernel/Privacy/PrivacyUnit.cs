// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy;

/// <summary>Whose presence is hidden. Every statement about ε names it: the three are different promises.</summary>
public enum PrivacyUnit
{
    /// <summary>One row of a table. Not a person unless every person has one row.</summary>
    Example,

    /// <summary>All rows of one patient together: they were grouped before clipping.</summary>
    Patient,

    /// <summary>Everything that one client holds.</summary>
    Client,
}
