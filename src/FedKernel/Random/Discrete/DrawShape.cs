// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Random.Discrete;

/// <summary>Where things lie in the words of a <see cref="DiscreteGaussianTable"/>.</summary>
/// <param name="First">Thresholds of 31 bits that come first; the next word is the threshold of the rest.</param>
/// <param name="Rest">Thresholds of 93 bits, three words each, high word first, that come next.</param>
/// <param name="Terms">Multipliers of the convolution, which come last.</param>
public readonly record struct DrawShape(int First, int Rest, int Terms)
{
    /// <summary>The word from which on thresholds of the rest come.</summary>
    public int RestStart => First + 1;

    /// <summary>The word from which on multipliers come.</summary>
    public int TermStart => First + 1 + (3 * Rest);

    /// <summary>All words.</summary>
    public int Length => First + 1 + (3 * Rest) + Terms;
}
