// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>One block of a lattice at a time, in one scratch block.</summary>
internal sealed class LatticeBlocks : IDisposable
{
    private readonly LatticeQuantizer _quantizer;
    private readonly Device _device;
    private readonly BlockRotation _rotation;
    private readonly DeviceBuffer<float> _values;
    private readonly EncodingContext? _context;

    public LatticeBlocks(LatticeQuantizer quantizer, Device device, long length, SharedSeed seed)
    {
        ArgumentNullException.ThrowIfNull(seed);
        (_quantizer, _device, Plan) = (quantizer, device, LatticeQuantizer.Plan(length));
        _rotation = new BlockRotation(device, seed, 1);
        _values = device.Allocate<float>(Math.Min(RotationPlan.Block, Plan.Padded));
    }

    /// <summary>To encode: refuses before anything is written.</summary>
    public LatticeBlocks(LatticeQuantizer quantizer, DeviceBuffer<float> source, DeviceBuffer<float>? memory, EncodingContext context)
        : this(quantizer, Device(source, context), source.Length, context.Seed)
    {
        _context = context;
        if (quantizer.IsRandom && context.Rounding is null)
        {
            throw new ArgumentException($"'{quantizer.Name}' rounds with random bits: it needs a source of them.", nameof(context));
        }

        try
        {
            RotationInput.Require(source, memory, Plan, _values);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public RotationPlan Plan { get; }

    /// <summary>The values of a block.</summary>
    public DeviceBuffer<T> Part<T>(DeviceBuffer<T> whole, long block)
        where T : unmanaged => whole.Slice(block * RotationPlan.Block, Plan.Used(block));

    /// <summary>The codes of a block as int32, in scratch until the next call.</summary>
    public DeviceBuffer<float> Encode(long block, DeviceBuffer<float> part)
    {
        int stages = Plan.Stages(block);
        DeviceBuffer<float> values = _values.Slice(0, 1L << stages);
        _device.Map(part, values.Slice(0, part.Length), default(Copy));
        _device.Generate(values.Slice(part.Length, values.Length - part.Length), new Fill(0));
        long start = block * RotationPlan.Block;
        _rotation.Rotate(values, start, stages, Devices.Device.OrthonormalFactor(stages));
        float factor = 1 / _quantizer.Step;
        EncodingContext context = _context!;
        if (!_quantizer.IsRandom)
        {
            _device.Map(values, values, new RoundToLattice(factor, _quantizer.LargestCode));
        }
        else if (context.Rounding!.IsSecret)
        {
            _device.Sample(values, values, Dither(context.Rounding.ChaCha20(context.Round, 0), factor), start / 256);
        }
        else
        {
            _device.Sample(values, values, Dither(context.Rounding.Philox(context.Round, 0), factor), start / 256);
        }

        return values;
    }

    /// <summary>Packs what <see cref="Encode"/> gave.</summary>
    public void Pack(DeviceBuffer<float> values, long block, DeviceBuffer<byte> codes) =>
        _device.Pack(values.Reinterpret<uint>(), Codes(_quantizer, Plan, codes, block), _quantizer.Bits);

    /// <summary>The values of a block of packed codes, in scratch until the next call.</summary>
    public DeviceBuffer<float> Decode(long block, DeviceBuffer<byte> codes)
    {
        DeviceBuffer<float> values = _values.Slice(0, 1L << Plan.Stages(block));
        _device.Unpack(Codes(_quantizer, Plan, codes, block), values.Reinterpret<uint>(), _quantizer.Bits);
        return Decoded(block, values, values);
    }

    /// <summary>The same from sums that are not packed.</summary>
    public DeviceBuffer<float> Decode(long block, DeviceBuffer<int> sums)
    {
        DeviceBuffer<float> values = _values.Slice(0, 1L << Plan.Stages(block));
        return Decoded(block, sums.Slice(block * RotationPlan.Block, values.Length).Reinterpret<float>(), values);
    }

    /// <summary>sum ← sum + term, code by code.</summary>
    public static void Add(LatticeQuantizer quantizer, EncodedValues sum, EncodedValues term)
    {
        Device device = sum.Codes.Device;
        RotationPlan plan = LatticeQuantizer.Plan(sum.Length);
        using DeviceBuffer<float> a = device.Allocate<float>(Math.Min(RotationPlan.Block, plan.Padded)), b = device.Allocate<float>(a.Length);
        for (long block = 0; block < plan.Count; block++)
        {
            long count = 1L << plan.Stages(block);
            DeviceBuffer<float> x = a.Slice(0, count), y = b.Slice(0, count);
            DeviceBuffer<byte> codes = Codes(quantizer, plan, sum.Codes, block);
            device.Unpack(codes, x.Reinterpret<uint>(), quantizer.Bits);
            device.Unpack(Codes(quantizer, plan, term.Codes, block), y.Reinterpret<uint>(), quantizer.Bits);
            device.Map(x, y, x, default(AddIntegers));
            device.Pack(x.Reinterpret<uint>(), codes, quantizer.Bits);
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        _rotation.Dispose();
    }

    private static Device Device(DeviceBuffer<float> source, EncodingContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        return source.Device;
    }

    private static DeviceBuffer<byte> Codes(LatticeQuantizer quantizer, RotationPlan plan, DeviceBuffer<byte> codes, long block) =>
        codes.Slice(
            block * RotationPlan.Block / 8 * quantizer.Bits, Devices.Device.PackedBytes(1L << plan.Stages(block), quantizer.Bits));

    private DitherToLattice<TStream> Dither<TStream>(TStream stream, float factor)
        where TStream : unmanaged, Random.ICounterStream => new(stream, factor, _quantizer.LargestCode);

    private DeviceBuffer<float> Decoded(long block, DeviceBuffer<float> integers, DeviceBuffer<float> values)
    {
        _device.Map(integers, values, new LatticeToFloat(_quantizer.Bits, _quantizer.Step));
        _rotation.RotateBack(values, block * RotationPlan.Block, Plan.Stages(block));
        return values.Slice(0, Plan.Used(block));
    }
}
