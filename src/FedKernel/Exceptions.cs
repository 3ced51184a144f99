// SPDX-License-Identifier: Apache-2.0
namespace FedKernel;

/// <summary>A participant broke the protocol of a round, or a round cannot be finished.</summary>
/// <param name="message">What happened, the value and the allowed range.</param>
public sealed class ProtocolException(string message) : Exception(message);

/// <summary>The next release would exceed the privacy budget.</summary>
/// <param name="message">What is left and what was asked for.</param>
public sealed class PrivacyBudgetException(string message) : Exception(message);

/// <summary>A device is missing, refused, or failed.</summary>
/// <param name="message">Which device, and what to do.</param>
/// <param name="inner">The cause, if another library reported it.</param>
public sealed class DeviceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Bytes from a wire or a file are not what they claim to be.</summary>
/// <param name="message">Where, what was found, what is allowed.</param>
/// <param name="inner">The cause, if another library reported it.</param>
public sealed class DataFormatException(string message, Exception? inner = null) : Exception(message, inner);
