// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using FedKernel.Gpu;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>The text that a CUDA driver gets, read without a GPU.</summary>
public sealed partial class PtxTests
{
    public static TheoryData<string> Kernels => [.. DriverKernels.All.Keys];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Ptx_EveryDriverAndKernel_IsPlainAndWide(string name)
    {
        string ptx = Compile(DriverKernels.All[name]);
        Assert.DoesNotMatch(@"\b(mul|add|sub)\.f(32|64)\b", ptx);
        Assert.DoesNotMatch(@"\b(mad|fma)\.(rn\.)?f(32|64)\b", ptx);
        Assert.DoesNotMatch(@"\bcall\b", ptx);
        Assert.DoesNotContain(".extern .func", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\.approx|\.ftz", ptx);
        if (name.Contains("Quads", StringComparison.Ordinal))
        {
            Assert.Matches(@"ld\.global\.v[24]\.", ptx);
        }
    }

    private static string Compile(Delegate driver)
    {
        using Context context = Context.Create(b => b.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(
            context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, CudaInstructionSet.ISA_84, null!);
        string ptx = ((PTXCompiledKernel)KernelCompiler.Compile(backend, driver.Method)).PTXAssembly;
        return ptx;
    }
}
