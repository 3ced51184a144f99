// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using FedKernel.Gpu;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>The text that a CUDA driver gets, read without a GPU.</summary>
public sealed class PtxTests
{
    private static readonly ConcurrentDictionary<string, string> _texts = new();

    public static TheoryData<string> Kernels => [.. DriverKernels.All.Keys];

    public static TheoryData<string> QuadKernels =>
        [.. DriverKernels.All.Keys.Where(k => k.Contains("Quads", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Ptx_EveryDriverAndKernel_RoundsEachOperationAndCallsNothing(string name)
    {
        string ptx = Compile(name);
        Assert.DoesNotMatch(@"\b(mul|add|sub)\.f(32|64)\b", ptx);
        Assert.DoesNotMatch(@"\b(mad|fma)\.(rn\.)?f(32|64)\b", ptx);
        Assert.DoesNotMatch(@"\.approx|\.ftz", ptx);
        Assert.DoesNotMatch(@"\bcall\b", ptx);
        Assert.DoesNotContain(".extern .func", ptx, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\.(local|shared)\b|\bbar\.|\batom\.|\bred\.", ptx);
    }

    [Theory]
    [MemberData(nameof(QuadKernels))]
    public void Ptx_QuadDriver_AccessesSixteenBytesAtOnce(string name)
    {
        string ptx = Compile(name);
        int wide = Regex.Count(ptx, @"\b(ld|st)\.global\.(v4\.[bf]32|v2\.[bfs]64)");
        int narrow = Regex.Count(ptx, @"\b(ld|st)\.global\.") - wide;
        (int Wide, int Narrow) expected = name.Split(' ') switch
        {
            // Four steps at once and the rest one by one.
            ["Map", _, "Axpy"] => (15, 0),
            ["Map", _, "Fill"] => (5, 0),
            ["Map", ..] => (10, 0),
            // Four rows an iteration; the strand is one double. A vector that a kernel ignores is not even loaded.
            ["Reduce", _, "Dot"] => (8, 1),
            ["Reduce", ..] => (4, 1),
            // Four rows an iteration and the rest one by one, each with its weight.
            ["MatrixCombine", ..] => (6, 5),
            // Sixteen rows; the sums are loaded and stored.
            ["ListCombine", _, "Single"] => (18, 0),
            ["ListCombine", _, "Double"] => (34, 0),
            ["ListCombine", ..] => (20, 0),
            // The maxima of sixteen rows are doubles, stored and perhaps loaded before.
            ["ListAccumulate", _, "Single"] => (20, 32),
            ["ListAccumulate", _, "Double"] => (36, 32),
            ["ListAccumulate", ..] => (24, 32),
            ["Accumulate", ..] => (5, 0),
            // Two steps at once and the rest one by one.
            ["Resolve", ..] => (9, 0),
            ["Largest", ..] => (4, 1),
            // Sixteen loads, of which a kernel that ignores its source needs none, and sixteen stores.
            ["Sample", _, "StreamWords", ..] => (16, 0),
            ["Sample", ..] => (32, 0),
            ["SampleLargest", _, "StreamWords", ..] => (17, 0),
            ["SampleLargest", ..] => (33, 0),
            // The values of two tiles, their inverse scales, and four codes a store.
            ["Encode", ..] => (32, 34),
            _ => throw new ArgumentException($"'{name}' has no expectation.", nameof(name)),
        };
        Assert.Equal(expected, (wide, narrow));
    }

    [Fact]
    public void Unfused_ProductsAndSums_GetARoundingAndIntegersDoNot()
    {
        string text = Unfused.Ptx("mul.f32 %f1; add.f64 %d; sub.f32 %f; mul.lo.s64 %r; add.s32 %r; mul.rn.f32 %f; div.rn.f32 %f;");
        Assert.Equal(
            "mul.rn.f32 %f1; add.rn.f64 %d; sub.rn.f32 %f; mul.lo.s64 %r; add.s32 %r; mul.rn.f32 %f; div.rn.f32 %f;", text);
    }

    private static string Compile(string name) => _texts.GetOrAdd(name, CompileAnew);

    private static string CompileAnew(string name)
    {
        using Context context = Context.Create(b => b.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(
            context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, CudaInstructionSet.ISA_84, null!);
        return ((PTXCompiledKernel)KernelCompiler.Compile(backend, DriverKernels.All[name].Method)).PTXAssembly;
    }
}
