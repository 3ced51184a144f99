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
        all["Sample StreamWords ChaCha20"] = SampleDriver.Blocks<StreamWords<ChaCha20Stream>>;
        all["Sample StreamWords Philox"] = SampleDriver.Blocks<StreamWords<PhiloxStream>>;
        all["Sample GaussianNoise ChaCha20"] = SampleDriver.Blocks<GaussianNoise<ChaCha20Stream>>;
        all["Sample GaussianNoise Philox"] = SampleDriver.Blocks<GaussianNoise<PhiloxStream>>;
        AddReduce<FirstOnlyReduce<Sum>>(all, "Sum");
        AddReduce<FirstOnlyReduce<SquaredL2Norm>>(all, "SquaredL2Norm");
        AddReduce<FirstOnlyReduce<MaxAbs>>(all, "MaxAbs");
        AddReduce<FirstOnlyReduce<NonFiniteCount>>(all, "NonFiniteCount");
        AddReduce<Dot>(all, "Dot");
        all["ReduceRows Dot"] = ReduceRowsDriver.Rows<Dot>;
        all["MatrixCombine Quads WeightedSum"] = MatrixCombineDriver.Quads<WeightedSum>;
        all["MatrixCombine Singles WeightedSum"] = MatrixCombineDriver.Singles<WeightedSum>;
        all["ListCombine Quads WeightedSum"] = ListCombineDriver.Quads<WeightedSum>;
        all["ListCombine Singles WeightedSum"] = ListCombineDriver.Singles<WeightedSum>;
        all["Accumulate Quads FixedPoint"] = IntegerDriver.AccumulateQuads<FixedPointAccumulate>;
        all["Accumulate Singles FixedPoint"] = IntegerDriver.AccumulateSingles<FixedPointAccumulate>;
        all["Resolve Quads FixedPoint"] = IntegerDriver.ResolveQuads<FixedPointResolve>;
        all["Resolve Singles FixedPoint"] = IntegerDriver.ResolveSingles<FixedPointResolve>;
        return all;
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
