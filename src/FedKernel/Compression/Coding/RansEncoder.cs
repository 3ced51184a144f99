// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedKernel.Compression.Coding;

/// <summary>Eight states that take symbols in, the last one first, and shed words of 16 bits from the end of a room to its start.</summary>
internal unsafe ref struct RansEncoder
{
    private readonly Span<byte> _room;
    private readonly Symbol[] _symbols;
    private int _position;

    /// <summary>Starts with all states at <see cref="RansCoder.Start"/>.</summary>
    /// <param name="table">Frequencies.</param>
    /// <param name="room">Where words go.</param>
    /// <param name="states">Memory for the states.</param>
    public RansEncoder(RansTable table, Span<byte> room, Span<uint> states)
    {
        _room = room;
        States = states;
        _position = room.Length;
        states.Fill(RansCoder.Start);
        _symbols = new Symbol[table.Frequencies.Length];
        uint start = 0;
        for (int s = 0; s < _symbols.Length; s++)
        {
            _symbols[s] = new Symbol(table.Frequencies[s], start);
            start += table.Frequencies[s];
        }
    }

    /// <summary>The states.</summary>
    public Span<uint> States { get; }

    /// <summary>The words so far, in the order in which they are read.</summary>
    public readonly ReadOnlySpan<byte> Words => _room[_position..];

    /// <summary>Takes symbols in, which come before all that came so far.</summary>
    /// <param name="symbols">Of the table, and not of frequency 0; a multiple of eight but for the first call.</param>
    /// <exception cref="ArgumentException">The room is full.</exception>
    public void Add(ReadOnlySpan<byte> symbols)
    {
        int whole = symbols.Length / RansCoder.Ways * RansCoder.Ways;
        fixed (Symbol* table = _symbols)
        {
            fixed (byte* room = _room, source = symbols)
            {
                byte* to = room + _position;
                for (int i = symbols.Length - 1; i >= whole; i--)
                {
                    CheckRoom(to - room);
                    States[i - whole] = (uint)Step(States[i - whole], table + source[i], ref to);
                }

                Groups(table, source, whole, room, ref to);
                _position = (int)(to - room);
            }
        }
    }

    private readonly void Groups(Symbol* table, byte* source, int i, byte* room, ref byte* end)
    {
        byte* to = end;
        Span<uint> states = States;
        ulong a = states[0], b = states[1], c = states[2], d = states[3], e = states[4], f = states[5], g = states[6], h = states[7];
        while (i > 0)
        {
            CheckRoom(to - room);
            i -= RansCoder.Ways;
            h = Step(h, table + source[i + 7], ref to);
            g = Step(g, table + source[i + 6], ref to);
            f = Step(f, table + source[i + 5], ref to);
            e = Step(e, table + source[i + 4], ref to);
            d = Step(d, table + source[i + 3], ref to);
            c = Step(c, table + source[i + 2], ref to);
            b = Step(b, table + source[i + 1], ref to);
            a = Step(a, table + source[i], ref to);
        }

        (states[0], states[1], states[2], states[3]) = ((uint)a, (uint)b, (uint)c, (uint)d);
        (states[4], states[5], states[6], states[7]) = ((uint)e, (uint)f, (uint)g, (uint)h);
        end = to;
    }

    /// <summary>x = ⌊x/f⌋·4096 + start + x mod f, after a word was shed if the result would leave 32 bits. No branch: the word is always stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Step(ulong x, Symbol* symbol, ref byte* to)
    {
        long isFull = ((long)symbol->Largest - (long)x) >> 63;
        *(ushort*)(to - sizeof(ushort)) = BitConverter.IsLittleEndian ? (ushort)x : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)x);
        to += isFull & -sizeof(ushort);
        x >>= (int)isFull & 16;
        return x + symbol->Bias + (Math.BigMul(x, symbol->Reciprocal, out _) * symbol->Others);
    }

    private static void CheckRoom(long left)
    {
        if (left < RansCoder.Ways * sizeof(ushort))
        {
            throw new ArgumentException("The rANS code leaves its destination.");
        }
    }

    /// <summary>What a step needs of a symbol.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Symbol
    {
        /// <summary>⌈2⁶⁴/f⌉: the upper half of its product with x below 2³² is ⌊x/f⌋.</summary>
        public readonly ulong Reciprocal;

        /// <summary>The largest state that need not shed: f·2²⁰ − 1.</summary>
        public readonly ulong Largest;

        /// <summary>start, and what makes up for the reciprocal of 1.</summary>
        public readonly uint Bias;

        /// <summary>4096 − f: x + (4096 − f)·⌊x/f⌋ = ⌊x/f⌋·4096 + x mod f.</summary>
        public readonly uint Others;

        public Symbol(uint frequency, uint start)
        {
            Largest = ((ulong)frequency << (32 - RansTable.LogSum)) - 1;
            Others = RansTable.Sum - frequency;

            // 2⁶⁴ does not fit: 2⁶⁴ − 1 gives x − 1, and the bias adds the 4095 that are missing.
            Reciprocal = frequency < 2 ? ulong.MaxValue : (ulong.MaxValue / frequency) + 1;
            Bias = frequency == 1 ? start + Others : start;
        }
    }
}
