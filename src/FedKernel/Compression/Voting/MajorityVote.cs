// SPDX-License-Identifier: Apache-2.0
// signSGD with majority vote · J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar, "signSGD: compressed optimisation for
// non-convex problems", ICML 2018, section 5 · d: elements; n: votes.
// Ours: a tie is +1, whatever the order of the votes; counts are bit-sliced, so a vote costs d/8 bytes of traffic and a little, and the
// memory does not grow with n but for one plane of d/8 bytes at each doubling of the largest n.
using System.Numerics;
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Voting;

/// <summary>Counts the signs of clients, one bit an element, as they arrive; the result has the sign of most.</summary>
/// <remarks>
/// Bits as the quantizer of signs writes them: 0 is +1, 1 is −1, the lowest bit first, bits behind the last element 0. The result is
/// −1 exactly where more than half of the votes are. Not thread-safe.
/// </remarks>
public sealed class MajorityVote : IDisposable
{
    /// <summary>Most votes that one can count: 2²⁰.</summary>
    public const int LargestCount = 1 << 20;

    private readonly Device _device;
    private readonly DeviceBuffer<uint> _rows, _planes, _result;
    private readonly int _planeCount;
    private readonly long _words;
    private int _waiting;

    /// <summary>Room for votes on a vector: fifteen rows that wait, and the counts.</summary>
    /// <param name="device">Where to count.</param>
    /// <param name="length">d, 0 to 2³⁴.</param>
    /// <param name="maximumCount">Most votes that will come, 1 to <see cref="LargestCount"/>.</param>
    public MajorityVote(Device device, long length, int maximumCount)
    {
        ArgumentNullException.ThrowIfNull(device);
        Throw.IfNotInRange(length, 0, 1L << 34);
        Throw.IfNotInRange(maximumCount, 1, LargestCount);
        (_device, Length, MaximumCount) = (device, length, maximumCount);
        _planeCount = Math.Max(FifteenVotes.Planes, BitOperations.Log2((uint)maximumCount) + 1);
        _words = (length + 31) / 32;
        _rows = device.Allocate<uint>(FifteenVotes.Rows * _words);
        _planes = device.Allocate<uint>(_planeCount * _words);
        _result = device.Allocate<uint>(_words);
    }

    /// <summary>Elements of a vote: d.</summary>
    public long Length { get; }

    /// <summary>Votes so far: n.</summary>
    public int Count { get; private set; }

    /// <summary>Most votes.</summary>
    public int MaximumCount { get; }

    /// <summary>Counts one more vote.</summary>
    /// <param name="signs">⌈d / 8⌉ bytes.</param>
    /// <exception cref="DataFormatException">A bit behind the last element is 1; nothing was counted.</exception>
    /// <exception cref="ProtocolException">There were <see cref="MaximumCount"/> votes before.</exception>
    public void Add(ReadOnlySpan<byte> signs)
    {
        Throw.IfLengthsDiffer((Length + 7) / 8, signs.Length, "bytes of a vote", nameof(signs));
        if ((Length & 7) != 0 && signs[^1] >> (int)(Length & 7) != 0)
        {
            throw new DataFormatException($"Signs: the bits behind bit {Length} must be 0, the last byte is 0x{signs[^1]:x2}.");
        }

        if (Count == MaximumCount)
        {
            throw new ProtocolException($"There were {Count} votes, at most {MaximumCount} are counted.");
        }

        Place(signs, _waiting * _words);
        Count++;
        _waiting++;
        if (_waiting == FifteenVotes.Rows)
        {
            CountWaiting();
        }
    }

    /// <summary>The sign of most, in the form of a vote; more votes may follow.</summary>
    /// <param name="destination">⌈d / 8⌉ bytes.</param>
    /// <exception cref="ProtocolException">There was no vote.</exception>
    public void CopyTo(Span<byte> destination)
    {
        Throw.IfLengthsDiffer((Length + 7) / 8, destination.Length, "bytes of a vote", nameof(destination));
        if (Count == 0)
        {
            throw new ProtocolException("There was no vote: at least 1 is needed.");
        }

        if (_waiting > 0)
        {
            Clear(_rows.Slice(_waiting * _words, (FifteenVotes.Rows - _waiting) * _words));
            CountWaiting();
        }

        _device.DecideVotes(_planes, _planeCount, (Count / 2) + 1, _result);
        int whole = destination.Length / sizeof(uint);
        _result.CopyTo(MemoryMarshal.Cast<byte, uint>(destination)[..whole]);
        if (whole < _words)
        {
            Span<uint> last = stackalloc uint[1];
            _result.CopyTo(last, whole);
            MemoryMarshal.AsBytes(last)[..(destination.Length % sizeof(uint))].CopyTo(destination[(whole * sizeof(uint))..]);
        }
    }

    /// <summary>Forgets all votes.</summary>
    public void Reset()
    {
        Clear(_planes);
        (Count, _waiting) = (0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _planes.Dispose();
        _result.Dispose();
    }

    private void Place(ReadOnlySpan<byte> signs, long start)
    {
        ReadOnlySpan<uint> whole = MemoryMarshal.Cast<byte, uint>(signs);
        _rows.CopyFrom(whole, start);
        if (whole.Length < _words)
        {
            Span<uint> last = [0];
            signs[(whole.Length * sizeof(uint))..].CopyTo(MemoryMarshal.AsBytes(last));
            _rows.CopyFrom(last, start + whole.Length);
        }
    }

    private void CountWaiting()
    {
        _device.CountVotes(_rows, _planes, _planeCount);
        _waiting = 0;
    }

    private void Clear(DeviceBuffer<uint> words) => _device.Generate(words.Reinterpret<float>(), new Fill(0));
}
