// SPDX-License-Identifier: Apache-2.0
// Error feedback · F. Seide et al., "1-bit stochastic gradient descent", Interspeech 2014, section 3.2; S. Stich et al., "Sparsified
// SGD with memory", NeurIPS 2018, algorithm 1; S. P. Karimireddy et al., "Error feedback fixes SignSGD", ICML 2019, algorithm 2.
//   p = m + g;   C(p) travels;   m = p − C(p)
// Different here: a failed encoding leaves m as it was. A receiver that clips by a factor c leaves p − c·C(p).
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Feedback;

/// <summary>The error that compression left so far, for encoders that drop elements or project: 12 bytes an element, one pass.</summary>
/// <remarks>
/// Quantizers of whole vectors have a pass of their own, <see cref="Quantizers.Quantizer.EncodeWithFeedback"/>. Over T rounds
/// Σ C(p) + m = Σ g, up to one rounding of m + g and one of p − C(p) a round and element.
/// </remarks>
internal sealed class ErrorFeedbackMemory(Device device, long length) : FeedbackMemory
{
    private readonly VectorPair _memory = new(device, length);

    public override IReadOnlyList<DeviceBuffer<float>> Vectors => [_memory.Current];

    /// <summary>The corrected update was turned into what did not travel, in place, by the caller: that is kept.</summary>
    public void KeepAsItIs()
    {
        Close();
        _memory.Commit();
    }

    public override void Dispose() => _memory.Dispose();

    private protected override DeviceBuffer<float> CorrectCore(DeviceBuffer<float> update)
    {
        device.Map(update, _memory.Current, _memory.Next, new Axpy(1));
        return _memory.Next;
    }

    private protected override void KeepCore(SparseVector sent, DeviceBuffer<float> decoded, float factor)
    {
        SentElements.Subtract(_memory.Next, sent.Indices, decoded, factor);
        _memory.Commit();
    }
}
