// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.LowRank;
using FedKernel.Devices;

namespace FedKernel.Compression.Frames;

/// <summary>Factors of matrices, decoded: their product is made window by window on its way into sums.</summary>
internal sealed class LowRankFrame(LowRankCodec codec, DeviceBuffer<float> factors) : DecodedFrame
{
    public override (double Largest, double SquaredNorm) Measure() => codec.Measure(factors);

    public override void DecodeTo(DeviceBuffer<float> destination) => codec.Decode(factors, destination);

    public override void AddTo(DeviceBuffer<float> sums, float weight) => codec.AddTo(factors, sums, weight);

    public override void AccumulateTo<TOp>(DeviceBuffer<long> integers, TOp op) => codec.AccumulateTo(factors, integers, op);

    public override void Dispose() => factors.Dispose();
}
