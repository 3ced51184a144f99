// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

/// <summary>Marks a kernel of two vectors that ignores the second: a loop need not even touch it.</summary>
internal interface IFirstOnly;
