// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Kernels;

/// <summary>How wide an integer code is.</summary>
internal interface IIntegerWidth
{
    /// <summary>2 to 8.</summary>
    static abstract int Bits { get; }
}

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

/// <summary>−7 to 7.</summary>
internal readonly struct FourBits : IIntegerWidth
{
    public static int Bits => 4;
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

/// <summary>−127 to 127.</summary>
internal readonly struct EightBits : IIntegerWidth
{
    public static int Bits => 8;
}
