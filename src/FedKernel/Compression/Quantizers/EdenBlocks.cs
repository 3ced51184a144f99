// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>One block of EDEN at a time: two scratch blocks to encode, one of them to decode, whatever the length of the vector.</summary>
internal sealed class EdenBlocks : IDisposable
{
    private readonly EdenQuantizer _quantizer;
    private readonly EdenVariant _variant;
    private readonly Device _device;
    private readonly BlockRotation _rotation;
    private readonly DeviceBuffer<float> _magnitudes, _boundaries, _values, _levels;

    public EdenBlocks(Device device, EdenQuantizer quantizer, EdenVariant variant, long length, SharedSeed seed)
    {
        (_device, _quantizer, _variant, Plan) = (device, quantizer, variant, quantizer.Plan(length));
        long block = Math.Min(RotationPlan.Block, Plan.Padded);
        _rotation = new BlockRotation(device, seed, variant.Rotations);
        _magnitudes = device.Upload(LloydMaxBook.Magnitudes(quantizer.Bits));
        _boundaries = device.Upload<float>(LloydMaxBook.Boundaries(quantizer.Bits));
        _values = device.Allocate<float>(block);
        _levels = device.Allocate<float>(block);
    }

    public RotationPlan Plan { get; }

    /// <summary>max |x| and Σ x² of what is decoded.</summary>
    public static (double Largest, double SquaredNorm) Measure(
        EdenQuantizer quantizer, EdenVariant variant, EncodedValues encoded, SharedSeed seed)
    {
        using var work = new EdenBlocks(encoded.Codes.Device, quantizer, variant, encoded.Length, seed);
        float[] scales = encoded.Scales.ToArray();
        double largest = 0, sum = 0;
        for (long b = 0; b < scales.Length; b++)
        {
            DeviceBuffer<float> values = work.Decode(b, encoded.Codes, scales[b]);
            largest = Math.Max(largest, work._device.Reduce(values, default(FiniteMaxAbs)));
            sum += work._device.Reduce(values, default(SquaredL2Norm));
        }

        return (largest, double.IsInfinity(largest) ? double.PositiveInfinity : sum);
    }

    /// <summary>The values of a block.</summary>
    public DeviceBuffer<T> Part<T>(DeviceBuffer<T> whole, long block)
        where T : unmanaged => whole.Slice(block * RotationPlan.Block, Plan.Used(block));

    /// <summary>Refuses what cannot be encoded before anything is written.</summary>
    public void Require(DeviceBuffer<float> source, DeviceBuffer<float>? memory) => RotationInput.Require(source, memory, Plan, _values);

    /// <summary>Writes the codes of a block and returns its scale.</summary>
    /// <param name="part">The values, left as they are.</param>
    /// <param name="block">Which block they are.</param>
    /// <param name="codes">Codes of the whole vector.</param>
    public float Encode(DeviceBuffer<float> part, long block, DeviceBuffer<byte> codes)
    {
        long count = Padded(block);
        DeviceBuffer<float> values = _values.Slice(0, count), levels = _levels.Slice(0, count);
        DeviceBuffer<byte> own = Codes(codes, block);
        double norm = Math.Sqrt(_device.Reduce(part, default(SquaredL2Norm)));
        if (norm == 0)
        {
            return Zero(values, own);
        }

        Normalize(part, values, block, norm);
        DeviceBuffer<uint> found = levels.Reinterpret<uint>();
        _device.FindLevels(values, _boundaries, found);
        _device.Pack(found, own, _quantizer.Bits);
        _device.TakeLevels(found, _magnitudes, levels);
        double along = _device.Reduce(values, levels, default(Dot)), root = Math.Sqrt(count);
        var scale = (float)(_variant.IsUnbiased
            ? norm * root / along
            : norm / root * along / _device.Reduce(levels, default(SquaredL2Norm)));

        // Of a single denormal the scale rounds to 0, which a reader takes only with codes of 0.
        return scale > 0 ? scale : Zero(values, own);
    }

    /// <summary>The values of a block, in scratch until the next call.</summary>
    public DeviceBuffer<float> Decode(long block, DeviceBuffer<byte> codes, float scale)
    {
        DeviceBuffer<float> levels = _levels.Slice(0, Padded(block)), used = _levels.Slice(0, Plan.Used(block));
        if (scale == 0)
        {
            _device.Generate(used, new Fill(0));
            return used;
        }

        DeviceBuffer<uint> words = levels.Reinterpret<uint>();
        _device.Unpack(Codes(codes, block), words, _quantizer.Bits);
        _device.TakeLevels(words, _magnitudes, levels);
        _rotation.RotateBack(levels, block * RotationPlan.Block, Plan.Stages(block));
        _device.Map(used, used, new Scale(scale));
        return used;
    }

    public void Dispose()
    {
        _levels.Dispose();
        _values.Dispose();
        _boundaries.Dispose();
        _magnitudes.Dispose();
        _rotation.Dispose();
    }

    /// <summary>Writes a block that is all zero; its scale is 0.</summary>
    private float Zero(DeviceBuffer<float> values, DeviceBuffer<byte> codes)
    {
        _device.Generate(values, new Fill(0));
        _device.Pack(values.Reinterpret<uint>(), codes, _quantizer.Bits);
        return 0;
    }

    /// <summary>values = √n · R · part / norm: each is close to standard normal.</summary>
    private void Normalize(DeviceBuffer<float> part, DeviceBuffer<float> values, long block, double norm)
    {
        _device.Map(part, values.Slice(0, part.Length), default(Copy));
        _device.Generate(values.Slice(part.Length, values.Length - part.Length), new Fill(0));
        double root = Math.Sqrt(values.Length);
        if (_variant.Rotations > 0)
        {
            // The rotations together multiply by √n for each, as H does.
            _rotation.Rotate(values, block * RotationPlan.Block, Plan.Stages(block), root / norm / (_variant.Rotations == 2 ? values.Length : root));
        }
        else
        {
            _device.Map(values, values, new Scale((float)(root / norm)));
        }
    }

    private long Padded(long block) => _variant.Rotations > 0 ? 1L << Plan.Stages(block) : Plan.Used(block);

    private DeviceBuffer<byte> Codes(DeviceBuffer<byte> codes, long block) =>
        codes.Slice(_quantizer.CodesBefore(block), Device.PackedBytes(Padded(block), _quantizer.Bits));
}
