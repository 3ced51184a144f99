// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Frames;

/// <summary>The values of some elements, decoded: k floats and k indices.</summary>
internal sealed class SparseFrame(SparseVector vector) : DecodedFrame
{
    private Device Device => vector.Values.Device;

    public override (double Largest, double SquaredNorm) Measure() =>
        (Device.Reduce(vector.Values, default(FiniteMaxAbs)), Device.Reduce(vector.Values, default(SquaredL2Norm)));

    public override void DecodeTo(DeviceBuffer<float> destination)
    {
        Device.Generate(destination, new Fill(0));
        Device.Scatter(vector.Indices, vector.Values, destination);
    }

    public override void AddTo(DeviceBuffer<float> sums, float weight) => Device.ScatterAdd(vector.Indices, vector.Values, sums, weight);

    public override void AccumulateTo<TOp>(DeviceBuffer<long> integers, TOp op) =>
        Device.ScatterAccumulate(vector.Indices, vector.Values, integers, op);

    public override void Dispose() => vector.Dispose();
}
