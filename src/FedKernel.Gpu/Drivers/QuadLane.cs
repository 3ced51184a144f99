// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Gpu.Drivers;

/// <summary>Four float32 of one thread: neighbours in memory, for steps whose blocks of a stream are neighbours.</summary>
internal readonly struct QuadLane(ScalarLane x, ScalarLane y, ScalarLane z, ScalarLane w) : ILane<QuadLane, QuadWord>
{
    public readonly ScalarLane X = x, Y = y, Z = z, W = w;

    public static QuadLane From(Float4 pack) => new(new(pack.X), new(pack.Y), new(pack.Z), new(pack.W));

    public static QuadLane Splat(float value) => new(new(value), new(value), new(value), new(value));

    public static QuadLane operator +(QuadLane a, QuadLane b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    public static QuadLane operator -(QuadLane a, QuadLane b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z, a.W - b.W);

    public static QuadLane operator *(QuadLane a, QuadLane b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);

    public static QuadLane operator /(QuadLane a, QuadLane b) => new(a.X / b.X, a.Y / b.Y, a.Z / b.Z, a.W / b.W);

    public static QuadLane Sqrt(QuadLane a) =>
        new(ScalarLane.Sqrt(a.X), ScalarLane.Sqrt(a.Y), ScalarLane.Sqrt(a.Z), ScalarLane.Sqrt(a.W));

    public static QuadLane Abs(QuadLane a) =>
        new(ScalarLane.Abs(a.X), ScalarLane.Abs(a.Y), ScalarLane.Abs(a.Z), ScalarLane.Abs(a.W));

    public static QuadLane SelectGreater(QuadLane a, QuadLane b, QuadLane whenTrue, QuadLane whenFalse) => new(
        ScalarLane.SelectGreater(a.X, b.X, whenTrue.X, whenFalse.X), ScalarLane.SelectGreater(a.Y, b.Y, whenTrue.Y, whenFalse.Y),
        ScalarLane.SelectGreater(a.Z, b.Z, whenTrue.Z, whenFalse.Z), ScalarLane.SelectGreater(a.W, b.W, whenTrue.W, whenFalse.W));

    public static QuadWord ToBits(QuadLane a) =>
        new(ScalarLane.ToBits(a.X), ScalarLane.ToBits(a.Y), ScalarLane.ToBits(a.Z), ScalarLane.ToBits(a.W));

    public static QuadLane FromBits(QuadWord bits) =>
        new(ScalarLane.FromBits(bits.X), ScalarLane.FromBits(bits.Y), ScalarLane.FromBits(bits.Z), ScalarLane.FromBits(bits.W));

    public static QuadLane FromSigned(QuadWord word) => new(
        ScalarLane.FromSigned(word.X), ScalarLane.FromSigned(word.Y), ScalarLane.FromSigned(word.Z), ScalarLane.FromSigned(word.W));

    public Float4 ToPack()
    {
        Float4 pack;
        pack.X = X.Value;
        pack.Y = Y.Value;
        pack.Z = Z.Value;
        pack.W = W.Value;
        return pack;
    }
}
