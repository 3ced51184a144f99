// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>A loss that is an increasing function on a line, and the density of P there.</summary>
internal interface ILossLine
{
    /// <summary>The loss at z, increasing.</summary>
    double Loss(double z);

    /// <summary>Where the loss has this value; infinite where it never has.</summary>
    double Inverse(double loss);

    /// <summary>The density of P.</summary>
    double Density(double z);

    /// <summary>1 over the length on which density and loss change; at least 1.</summary>
    double Roughness(double z);
}
