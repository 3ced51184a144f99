// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Tests.Gpu;

/// <summary>Every driver with every kernel that fits its shape, as ILGPU compiles them.</summary>
internal static class DriverKernels
{
    public static IReadOnlyDictionary<string, Delegate> All { get; } = Build();

    private static Dictionary<string, Delegate> Build()
    {
        var all = new Dictionary<string, Delegate>();
        AddMap<FirstOnlyMap<Copy>>(all, "Copy");
        AddMap<FirstOnlyMap<Scale>>(all, "Scale");
        AddMap<FirstOnlyMap<ClipAndScale>>(all, "ClipAndScale");
        AddMap<GeneratedMap<Fill>>(all, "Fill");
        AddMap<Axpy>(all, "Axpy");
        AddSample<StreamWords<ChaCha20Stream>>(all, "StreamWords ChaCha20");
        AddSample<StreamWords<PhiloxStream>>(all, "StreamWords Philox");
        AddSample<GaussianNoise<ChaCha20Stream>>(all, "GaussianNoise ChaCha20");
        AddSample<GaussianNoise<PhiloxStream>>(all, "GaussianNoise Philox");
        AddSample<ClipAndNoise<PhiloxStream>>(all, "ClipAndNoise Philox");
        all["Largest Quads"] = QuantizeDriver.LargestQuads;
        all["Largest Singles"] = QuantizeDriver.LargestSingles;
        AddQuantize<StochasticRounding<PhiloxStream>>(all, "Philox");
        AddQuantize<StochasticRounding<ChaCha20Stream>>(all, "ChaCha20");
        AddReduce<FirstOnlyReduce<Sum>>(all, "Sum");
        AddReduce<FirstOnlyReduce<SquaredL2Norm>>(all, "SquaredL2Norm");
        AddReduce<FirstOnlyReduce<MaxAbs>>(all, "MaxAbs");
        AddReduce<FirstOnlyReduce<NonFiniteCount>>(all, "NonFiniteCount");
        AddReduce<Dot>(all, "Dot");
        all["ReduceRows Dot"] = ReduceRowsDriver.Rows<Dot>;
        all["MatrixCombine Quads WeightedSum"] = MatrixCombineDriver.Quads<WeightedSum>;
        all["MatrixCombine Singles WeightedSum"] = MatrixCombineDriver.Singles<WeightedSum>;
        AddRows<Float4, Float4, Float4, Two<Long2>, ByFour, float, SingleElement>(all, "Single");
        AddRows<Double2, Two<Double2>, Float4, Two<Long2>, WideByFour, double, DoubleElement>(all, "Double");
        AddRows<Word4, Word4, Two<Float4>, Two<Two<Long2>>, ByEight<HalfElement>, ushort, HalfElement>(all, "Half");
        AddRows<Word4, Word4, Two<Float4>, Two<Two<Long2>>, ByEight<BFloat16Element>, ushort, BFloat16Element>(all, "BFloat16");
        all["Accumulate Quads FixedPoint"] = IntegerDriver.AccumulateQuads<FixedPointAccumulate>;
        all["Accumulate Singles FixedPoint"] = IntegerDriver.AccumulateSingles<FixedPointAccumulate>;
        all["Resolve Quads FixedPoint"] = IntegerDriver.ResolveQuads<FixedPointResolve>;
        all["Resolve Singles FixedPoint"] = IntegerDriver.ResolveSingles<FixedPointResolve>;
        return all;
    }

    private static void AddSample<TOp>(Dictionary<string, Delegate> all, string name)
        where TOp : unmanaged, ISample
    {
        all[$"Sample Quads {name}"] = SampleDriver.Quads<NoLargest, TOp>;
        all[$"Sample Blocks {name}"] = SampleDriver.Blocks<NoLargest, TOp>;
        all[$"SampleLargest Quads {name}"] = SampleDriver.Quads<LargestOfBlock, TOp>;
        all[$"SampleLargest Blocks {name}"] = SampleDriver.Blocks<LargestOfBlock, TOp>;
    }

    private static void AddQuantize<TOp>(Dictionary<string, Delegate> all, string name)
        where TOp : unmanaged, IQuantize
    {
        all[$"Scales {name}"] = QuantizeDriver.Scales<TOp>;
        all[$"Encode Quads {name}"] = QuantizeDriver.EncodeQuads<TOp>;
        all[$"Encode Blocks {name}"] = QuantizeDriver.EncodeBlocks<TOp>;
    }

    private static void AddRows<TUnit, TPack, TSums, TIntegers, TRows, TRaw, TOne>(Dictionary<string, Delegate> all, string name)
        where TUnit : unmanaged
        where TPack : unmanaged
        where TSums : unmanaged
        where TIntegers : unmanaged
        where TRows : struct, ICombinePack<TUnit, TPack, Float4, TSums>, IIntegerPack<TUnit, TPack, Long2, TIntegers>
        where TRaw : unmanaged
        where TOne : struct, IElement<TRaw>
    {
        all[$"ListCombine Quads {name}"] = ListCombineDriver.Rows<TUnit, TPack, Float4, TSums, TRows, WeightedSum>;
        all[$"ListCombine Singles {name}"] = ListCombineDriver.Rows<TRaw, TRaw, float, float, ByOne<TRaw, TOne>, WeightedSum>;
        all[$"ListAccumulate Quads {name}"] =
            ListAccumulateDriver.Rows<TUnit, TPack, Long2, TIntegers, TRows, FixedPointAccumulate>;
        all[$"ListAccumulate Singles {name}"] =
            ListAccumulateDriver.Rows<TRaw, TRaw, long, long, ByOne<TRaw, TOne>, FixedPointAccumulate>;
    }

    private static void AddMap<TOp>(Dictionary<string, Delegate> all, string name)
        where TOp : unmanaged, IMap2
    {
        all[$"Map Quads {name}"] = MapDriver.Quads<TOp>;
        all[$"Map Singles {name}"] = MapDriver.Singles<TOp>;
    }

    private static void AddReduce<TOp>(Dictionary<string, Delegate> all, string name)
        where TOp : unmanaged, IReduce2
    {
        all[$"Reduce Quads {name}"] = ReduceDriver.Quads<TOp>;
        all[$"Reduce Singles {name}"] = ReduceDriver.Singles<TOp>;
        all[$"Reduce Fold {name}"] = ReduceDriver.Fold<TOp>;
    }
}
