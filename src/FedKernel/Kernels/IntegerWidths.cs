// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Kernels;

/// <summary>−1 to 1.</summary>
internal readonly struct TwoBits : IIntegerWidth
{
    public static int Bits => 2;
}

/// <summary>−3 to 3.</summary>
internal readonly struct ThreeBits : IIntegerWidth
{
    public static int Bits => 3;
}

/// <summary>−15 to 15.</summary>
internal readonly struct FiveBits : IIntegerWidth
{
    public static int Bits => 5;
}

/// <summary>−31 to 31.</summary>
internal readonly struct SixBits : IIntegerWidth
{
    public static int Bits => 6;
}

/// <summary>−63 to 63.</summary>
internal readonly struct SevenBits : IIntegerWidth
{
    public static int Bits => 7;
}
