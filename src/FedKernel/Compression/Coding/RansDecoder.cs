// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace FedKernel.Compression.Coding;

/// <summary>Eight states that give symbols out, the first one first, and take words of 16 bits in. It never reads outside of the words.</summary>
internal unsafe ref struct RansDecoder
{
    private const string What = "rANS code";

    private readonly ReadOnlySpan<byte> _words;
    private readonly Span<uint> _states, _slots;
    private int _position;

    /// <summary>Starts.</summary>
    /// <param name="table">Frequencies that sum to 4096.</param>
    /// <param name="words">All words and nothing else.</param>
    /// <param name="states">The eight states, each at least <see cref="RansCoder.Start"/>.</param>
    /// <param name="slots">Memory for 4096 words.</param>
    public RansDecoder(RansTable table, ReadOnlySpan<byte> words, Span<uint> states, Span<uint> slots)
    {
        _words = words;
        _states = states;
        _slots = slots;
        int slot = 0;
        for (int s = 0; s < table.Frequencies.Length; s++)
        {
            uint frequency = table.Frequencies[s];
            for (uint i = 0; i < frequency; i++)
            {
                // Symbol, 8 bits; frequency − 1, 12; place within the symbol, 12.
                slots[slot++] = (uint)s | ((frequency - 1) << 8) | (i << 20);
            }
        }
    }

    /// <summary>Gives the next symbols.</summary>
    /// <param name="symbols">Every element is written; a multiple of eight but for the last call.</param>
    /// <exception cref="DataFormatException">The words end.</exception>
    public void Read(Span<byte> symbols)
    {
        int i = 0;
        fixed (uint* slots = _slots)
        {
            fixed (byte* words = _words, to = symbols)
            {
                i = Groups(slots, words, to, symbols.Length);
                for (; i < symbols.Length; i++)
                {
                    to[i] = Checked(slots, words, i % RansCoder.Ways);
                }
            }
        }
    }

    /// <summary>Refuses states that did not end where the encoder started, and words that are left.</summary>
    /// <exception cref="DataFormatException">There are some.</exception>
    public readonly void Finish()
    {
        for (int i = 0; i < _states.Length; i++)
        {
            if (_states[i] != RansCoder.Start)
            {
                throw new DataFormatException($"{What}: state {i} ends at {_states[i]}, it must end at {RansCoder.Start}.");
            }
        }

        if (_position != _words.Length)
        {
            throw new DataFormatException($"{What}: {_words.Length - _position} bytes are left behind the last symbol.");
        }
    }

    /// <summary>Whole groups, as long as all words that one may take are there: no check within.</summary>
    private int Groups(uint* slots, byte* words, byte* to, int count)
    {
        Span<uint> states = _states;
        ulong a = states[0], b = states[1], c = states[2], d = states[3], e = states[4], f = states[5], g = states[6], h = states[7];
        byte* from = words + _position, end = words + _words.Length;
        int i = 0;
        for (; i + RansCoder.Ways <= count && end - from >= RansCoder.Ways * sizeof(ushort); i += RansCoder.Ways)
        {
            a = Step(a, slots, to + i, ref from);
            b = Step(b, slots, to + i + 1, ref from);
            c = Step(c, slots, to + i + 2, ref from);
            d = Step(d, slots, to + i + 3, ref from);
            e = Step(e, slots, to + i + 4, ref from);
            f = Step(f, slots, to + i + 5, ref from);
            g = Step(g, slots, to + i + 6, ref from);
            h = Step(h, slots, to + i + 7, ref from);
        }

        (states[0], states[1], states[2], states[3]) = ((uint)a, (uint)b, (uint)c, (uint)d);
        (states[4], states[5], states[6], states[7]) = ((uint)e, (uint)f, (uint)g, (uint)h);
        _position = (int)(from - words);
        return i;
    }

    /// <summary>x = f·⌊x/4096⌋ + x mod 4096 − start, then a word is taken if x fell below 2¹⁶. No branch: a word is always read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Step(ulong x, uint* slots, byte* symbol, ref byte* from)
    {
        x = Symbol(x, slots, symbol);
        long isLow = ((long)x - RansCoder.Start) >> 63;
        x = (x << ((int)isLow & 16)) | (Word(from) & (ulong)isLow);
        from += isLow & sizeof(ushort);
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Symbol(ulong x, uint* slots, byte* symbol)
    {
        uint slot = slots[x & (RansTable.Sum - 1)];
        *symbol = (byte)slot;
        return ((((slot >> 8) & (RansTable.Sum - 1)) + 1UL) * (x >> RansTable.LogSum)) + (slot >> 20);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(byte* from)
    {
        ushort word = *(ushort*)from;
        return BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }

    private byte Checked(uint* slots, byte* words, int way)
    {
        byte symbol;
        ulong x = Symbol(_states[way], slots, &symbol);
        if (x < RansCoder.Start)
        {
            if (_position + sizeof(ushort) > _words.Length)
            {
                throw new DataFormatException($"{What}: a word is needed at byte {_position}, there are {_words.Length} bytes of words.");
            }

            x = (x << 16) | Word(words + _position);
            _position += sizeof(ushort);
        }

        _states[way] = (uint)x;
        return symbol;
    }
}
