// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Abi;

/// <summary>
/// A handle that is closed, of another type, or not from here. Never leaves this assembly: it becomes a status.
/// </summary>
internal sealed class InvalidHandleException(string message) : Exception(message);
