// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Compression.Quantizers;

/// <summary>Rotates blocks of a vector with signs of a shared seed: R = H·Dₖ ⋯ H·D₁ / √nᵏ.</summary>
/// <remarks>
/// Signs of rotation k are stream k − 1 of the seed; they belong to a place of the vector, so no two blocks share any. The memory of
/// one block's signs, 8 KB a rotation, is all that it holds.
/// </remarks>
internal sealed class BlockRotation : IDisposable
{
    private readonly DeviceBuffer<uint>[] _signs;
    private readonly SharedSeed _seed;
    private long _start = -1;

    /// <param name="device">Where blocks are.</param>
    /// <param name="seed">Known at both ends.</param>
    /// <param name="rotations">How many, one after another.</param>
    public BlockRotation(Device device, SharedSeed seed, int rotations)
    {
        _seed = seed;
        _signs = new DeviceBuffer<uint>[rotations];
        for (int k = 0; k < rotations; k++)
        {
            _signs[k] = device.Allocate<uint>(Device.SignWords(RotationPlan.Block));
        }
    }

    /// <summary>block ← factor · √nᵏ · R · block</summary>
    /// <param name="block">2^stages values.</param>
    /// <param name="start">Where in the vector it begins: a multiple of a whole block.</param>
    /// <param name="stages">Log2 of its length.</param>
    /// <param name="factor">What it is multiplied by, a part in each rotation, so that no value on the way is far from the first and last.</param>
    /// <remarks>
    /// Rotations multiply by powers of two, and what is left comes last: a sum that is 0 stays 0. Were values rounded before, the sign of
    /// such a sum would be that of the rounding errors. This order was taken when a bias of about 4·10⁻⁴ ‖x‖ was seen for (2, 1, −¼), of
    /// which that is the likely cause; no test isolates it.
    /// </remarks>
    public void Rotate(DeviceBuffer<float> block, long start, int stages, double factor)
    {
        Draw(start);
        int power = Math.ILogB(factor), rotations = _signs.Length;
        for (int k = 0; k < rotations; k++)
        {
            int now = (power * (k + 1) / rotations) - (power * k / rotations);
            block.Device.Rotate(block, stages, (float)Math.ScaleB(1, now), _signs[k]);
        }

        float rest = (float)Math.ScaleB(factor, -power);
        if (rest != 1)
        {
            block.Device.Map(block, block, new Scale(rest));
        }
    }

    /// <summary>block ← Rᵀ · block</summary>
    public void RotateBack(DeviceBuffer<float> block, long start, int stages)
    {
        Draw(start);
        for (int k = _signs.Length - 1; k >= 0; k--)
        {
            block.Device.RotateBack(block, stages, Device.OrthonormalFactor(stages), _signs[k]);
        }
    }

    public void Dispose()
    {
        foreach (DeviceBuffer<uint> signs in _signs)
        {
            signs.Dispose();
        }
    }

    private void Draw(long start)
    {
        for (int k = 0; k < _signs.Length && start != _start; k++)
        {
            _signs[k].Device.DrawSigns(_signs[k], _seed.Stream(StreamPurpose.Rotation, (uint)k), start);
        }

        _start = start;
    }
}
