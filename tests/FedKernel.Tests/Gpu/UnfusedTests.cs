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

    [Fact]
    public void Wrapping_SumsProductsAndLeftShifts_AreUnsignedAndComparisonsAreNot()
    {
        string text = Wrapping.OpenCl(
            "a = (int)((int) var32 *  (int)3528531795); b = (long)((long) var1 <<  (long)8); c = (int)((int) var1 >>  (int)31); "
            + "d = (int) var1 < (int) var2; e = (float)((float) var1 +  (float)var2); f = (int)((int) var1 -  (int)-5);");
        Assert.Equal(
            "a = (int)((uint) var32 *  (uint)3528531795); b = (long)((ulong) var1 <<  (ulong)8); c = (int)((int) var1 >>  (int)31); "
            + "d = (int) var1 < (int) var2; e = (float)((float) var1 +  (float)var2); f = (int)((uint) var1 -  (uint)-5);", text);
    }
}
