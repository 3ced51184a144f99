// SPDX-License-Identifier: Apache-2.0
using FedKernel.Gpu;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>What is changed in a text between ILGPU's compiler and the driver's.</summary>
public sealed class UnfusedTests
{
    [Fact]
    public void Unfused_ProductsAndSums_GetARoundingAndIntegersDoNot()
    {
        string text = Unfused.Ptx("mul.f32 %f1; add.f64 %d; sub.f32 %f; mul.lo.s64 %r; add.s32 %r; mul.rn.f32 %f; div.rn.f32 %f;");
        Assert.Equal(
            "mul.rn.f32 %f1; add.rn.f64 %d; sub.rn.f32 %f; mul.lo.s64 %r; add.s32 %r; mul.rn.f32 %f; div.rn.f32 %f;", text);
    }
}
