// SPDX-License-Identifier: Apache-2.0
// Deep gradient compression · Y. Lin et al., ICLR 2018, section 3.1 (local clipping) to 3.3 and algorithm 4.
//   u = m·u + c·g;   v = v + u;   the k largest of v travel;   v and u are cleared where they did (momentum factor masking)
//   c = min(1, θ/(√N ‖g‖))
// Different here: where a quantizer follows, v keeps what it erred by instead of 0; without one the two are the same. A failed
// encoding leaves u and v as they were.
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Feedback;

/// <summary>Error feedback over momentum instead of updates, for sparsifiers: 24 bytes an element, 36 with local clipping.</summary>
/// <remarks>With m = 0 and no clipping it is <see cref="ErrorFeedbackMemory"/>, bit for bit.</remarks>
internal sealed class MomentumCorrectedMemory(Device device, long length, MomentumCorrection parameters) : FeedbackMemory
{
    private readonly VectorPair _velocity = new(device, length);
    private readonly VectorPair _memory = new(device, length);

    public override IReadOnlyList<DeviceBuffer<float>> Vectors => [_memory.Current, _velocity.Current];

    public override void Dispose()
    {
        _velocity.Dispose();
        _memory.Dispose();
    }

    private protected override DeviceBuffer<float> CorrectCore(DeviceBuffer<float> update)
    {
        float factor = double.IsPositiveInfinity(parameters.ClippingThreshold)
            ? 1
            : parameters.Factor(device.Reduce(update, default(SquaredL2Norm)));
        var momentum = (float)parameters.Momentum;
        if (factor == 1)
        {
            device.Map(_velocity.Current, update, _velocity.Next, new Axpy(momentum));
        }
        else
        {
            device.Map(_velocity.Current, _velocity.Next, new Scale(momentum));
            device.Map(update, _velocity.Next, _velocity.Next, new Axpy(factor));
        }

        device.Map(_velocity.Next, _memory.Current, _memory.Next, new Axpy(1));
        return _memory.Next;
    }

    private protected override void KeepCore(SparseVector sent, DeviceBuffer<float> decoded, float factor)
    {
        SentElements.Subtract(_memory.Next, sent.Indices, decoded, factor);
        SentElements.Clear(_velocity.Next, sent.Indices);
        _memory.Commit();
        _velocity.Commit();
    }
}
