// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.LowRank;

namespace FedKernel.Compression.Pipelines;

/// <summary>PowerSGD before a layout is known: see <see cref="LowRankCodec"/>.</summary>
/// <param name="Rank">r, 1 to 64.</param>
internal sealed record LowRankStage(int Rank)
{
    public string Name => $"powersgd:{Rank}";
}
