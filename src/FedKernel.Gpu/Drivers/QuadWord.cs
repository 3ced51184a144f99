// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Gpu.Drivers;

/// <summary>Four uint32 of one thread, the companion of <see cref="QuadLane"/>.</summary>
internal readonly struct QuadWord(ScalarWord x, ScalarWord y, ScalarWord z, ScalarWord w) : IWordLane<QuadWord>
{
    public readonly ScalarWord X = x, Y = y, Z = z, W = w;

    /// <summary>A number and the three after it.</summary>
    public static QuadWord From(uint first) => new(new(first), new(first + 1), new(first + 2), new(first + 3));

    public static QuadWord Splat(uint value) => new(new(value), new(value), new(value), new(value));

    public static QuadWord operator +(QuadWord a, QuadWord b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    public static QuadWord operator -(QuadWord a, QuadWord b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z, a.W - b.W);

    public static QuadWord operator *(QuadWord a, QuadWord b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);

    public static QuadWord operator &(QuadWord a, QuadWord b) => new(a.X & b.X, a.Y & b.Y, a.Z & b.Z, a.W & b.W);

    public static QuadWord operator |(QuadWord a, QuadWord b) => new(a.X | b.X, a.Y | b.Y, a.Z | b.Z, a.W | b.W);

    public static QuadWord operator ^(QuadWord a, QuadWord b) => new(a.X ^ b.X, a.Y ^ b.Y, a.Z ^ b.Z, a.W ^ b.W);

    public static QuadWord operator <<(QuadWord a, int count) => new(a.X << count, a.Y << count, a.Z << count, a.W << count);

    public static QuadWord operator >>(QuadWord a, int count) => new(a.X >> count, a.Y >> count, a.Z >> count, a.W >> count);

    public static QuadWord operator >>>(QuadWord a, int count) => new(a.X >>> count, a.Y >>> count, a.Z >>> count, a.W >>> count);

    public static QuadWord MultiplyHigh(QuadWord a, QuadWord b) => new(
        ScalarWord.MultiplyHigh(a.X, b.X), ScalarWord.MultiplyHigh(a.Y, b.Y),
        ScalarWord.MultiplyHigh(a.Z, b.Z), ScalarWord.MultiplyHigh(a.W, b.W));

    public static QuadWord Max(QuadWord a, QuadWord b) =>
        new(ScalarWord.Max(a.X, b.X), ScalarWord.Max(a.Y, b.Y), ScalarWord.Max(a.Z, b.Z), ScalarWord.Max(a.W, b.W));

    public static QuadWord RotateLeft(QuadWord a, int count) => new(
        ScalarWord.RotateLeft(a.X, count), ScalarWord.RotateLeft(a.Y, count),
        ScalarWord.RotateLeft(a.Z, count), ScalarWord.RotateLeft(a.W, count));
}
