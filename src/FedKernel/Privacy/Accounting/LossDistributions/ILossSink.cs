// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>What takes a privacy loss, point by point.</summary>
internal interface ILossSink
{
    /// <summary>A mass under P, where the loss is ln(P/Q) = <paramref name="loss"/>.</summary>
    void Add(double loss, double mass);
}
