// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Correlated;

/// <summary>A strategy whose noise of a round is a short sum of raw noises, so that no noise need be kept.</summary>
public interface IRegeneratedNoise
{
    /// <summary>The raw noises of a round, distinct, in the order in which they are added.</summary>
    /// <param name="round">t, 0 to n − 1.</param>
    IReadOnlyList<NoiseTerm> Terms(int round);
}
