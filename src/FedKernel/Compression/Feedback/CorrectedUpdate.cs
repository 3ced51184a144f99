// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Compression.Feedback;

/// <summary>An update and what earlier rounds left of theirs: what is encoded in its place.</summary>
/// <remarks>
/// It is neither a <c>ModelUpdate</c> nor a <c>BoundedUpdate</c>, and nothing makes one of it: what a memory adds has a norm that no
/// clipping of this round bounded, so a privacy mechanism that took it would add noise of the wrong scale. Under differential privacy
/// the receiver decodes, clips what it decoded, and adds its noise to that.
/// </remarks>
/// <param name="Values">d values, until the memory is asked for the next update.</param>
internal readonly record struct CorrectedUpdate(DeviceBuffer<float> Values);
