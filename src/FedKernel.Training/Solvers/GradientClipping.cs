// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Solvers;

/// <summary>How the gradient g of a record is brought within the clipping bound C.</summary>
public enum GradientClipping
{
    /// <summary>g · min(1, C/‖g‖): M. Abadi et al., CCS 2016.</summary>
    Flat,

    /// <summary>
    /// g · C/(‖g‖ + γ), γ = 0.01: AUTO-S of Z. Bu et al., "Automatic clipping", NeurIPS 2023. Every record counts nearly the same,
    /// and C only scales the learning rate.
    /// </summary>
    AutoS,
}
