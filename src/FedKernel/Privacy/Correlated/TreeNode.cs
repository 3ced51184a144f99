// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Correlated;

/// <summary>Names of the nodes of a binary tree over rounds.</summary>
internal static class TreeNode
{
    /// <summary>Number of the node over the 2^level rounds before round <paramref name="end"/>, which they divide.</summary>
    public static uint Number(int level, int end) => ((uint)level << 24) | ((uint)end >> level);
}
