// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Sampling;

/// <summary>Says which rows each minibatch holds.</summary>
public interface IBatchSource
{
    /// <summary>Row numbers of the next minibatch, at least one.</summary>
    int[] Next();
}
