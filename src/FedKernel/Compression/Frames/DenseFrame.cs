// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;

namespace FedKernel.Compression.Frames;

/// <summary>Codes of every value: they stay codes until they are added.</summary>
internal sealed class DenseFrame(Quantizer quantizer, EncodedValues encoded, SharedSeed? seed) : DecodedFrame
{
    public override (double Largest, double SquaredNorm) Measure() => quantizer.Measure(encoded, seed);

    public override void DecodeTo(DeviceBuffer<float> destination) => quantizer.Decode(encoded, destination, seed);

    public override void AddTo(DeviceBuffer<float> sums, float weight) => quantizer.AddTo(encoded, sums, weight, seed);

    public override void AccumulateTo<TOp>(DeviceBuffer<long> integers, TOp op) => quantizer.AccumulateTo(encoded, integers, op, seed);

    public override void Dispose() => encoded.Dispose();
}
