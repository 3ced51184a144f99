// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy;

/// <summary>Which two data sets differential privacy calls neighbours.</summary>
public enum NeighbouringRelation
{
    /// <summary>One has one record more than the other: a clipped contribution changes a sum by at most C.</summary>
    AddOrRemoveOne,

    /// <summary>One record is another: a clipped contribution changes a sum by at most 2C.</summary>
    ReplaceOne,
}
