// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Tests.Kernels;

/// <summary>A word that writes down what is done with it, never what it is: the path of a formula.</summary>
internal readonly struct TracingWord(uint value) : IWordLane<TracingWord>
{
    [ThreadStatic]
    private static List<string>? _trace;

    public readonly uint Value = value;

    /// <summary>What was done while <paramref name="work"/> ran.</summary>
    public static IReadOnlyList<string> Of(Action work)
    {
        _trace = [];
        work();
        return _trace;
    }

    /// <summary>Writes a line.</summary>
    public static void Note(string what) => _trace?.Add(what);

    public static TracingWord Splat(uint value) => new(value);

    public static TracingWord operator +(TracingWord a, TracingWord b) => Did("+", a.Value + b.Value);

    public static TracingWord operator -(TracingWord a, TracingWord b) => Did("-", a.Value - b.Value);

    public static TracingWord operator *(TracingWord a, TracingWord b) => Did("*", a.Value * b.Value);

    public static TracingWord operator &(TracingWord a, TracingWord b) => Did("&", a.Value & b.Value);

    public static TracingWord operator |(TracingWord a, TracingWord b) => Did("|", a.Value | b.Value);

    public static TracingWord operator ^(TracingWord a, TracingWord b) => Did("^", a.Value ^ b.Value);

    public static TracingWord operator <<(TracingWord a, int count) => Did($"<<{count}", a.Value << count);

    public static TracingWord operator >>(TracingWord a, int count) => Did($">>{count}", (uint)((int)a.Value >> count));

    public static TracingWord operator >>>(TracingWord a, int count) => Did($">>>{count}", a.Value >> count);

    public static TracingWord MultiplyHigh(TracingWord a, TracingWord b) => Did("high", (uint)(((ulong)a.Value * b.Value) >> 32));

    public static TracingWord Max(TracingWord a, TracingWord b) => Did("max", Math.Max(a.Value, b.Value));

    public static TracingWord RotateLeft(TracingWord a, int count) =>
        Did($"rotate{count}", System.Numerics.BitOperations.RotateLeft(a.Value, count));

    private static TracingWord Did(string what, uint value)
    {
        Note(what);
        return new TracingWord(value);
    }
}
