// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace FedKernel.Rounds;

/// <summary>A client's update on the wire: who, for which plan, its weight, its values or the frame of them.</summary>
internal readonly ref struct UpdateMessage
{
    public const int MaximumClientIdLength = 128;

    public UpdateMessage(string clientId, ReadOnlySpan<byte> planFingerprint, double weight, ReadOnlySpan<float> values)
        : this(clientId, planFingerprint, weight, MemoryMarshal.AsBytes(values), isCompressed: false)
    {
    }

    private UpdateMessage(string clientId, ReadOnlySpan<byte> planFingerprint, double weight, ReadOnlySpan<byte> payload, bool isCompressed)
    {
        ClientId = clientId;
        PlanFingerprint = planFingerprint;
        Weight = weight;
        Payload = payload;
        IsCompressed = isCompressed;
    }

    public string ClientId { get; }

    public ReadOnlySpan<byte> PlanFingerprint { get; }

    public double Weight { get; }

    /// <summary>True if the payload is the frame of a compressed update, false if it is float32 values.</summary>
    public bool IsCompressed { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Payload);

    /// <summary>A message with the frame of a compressed update.</summary>
    public static UpdateMessage Compressed(string clientId, ReadOnlySpan<byte> planFingerprint, double weight, ReadOnlySpan<byte> frame) =>
        new(clientId, planFingerprint, weight, frame, isCompressed: true);

    /// <summary>Refuses ids that would be unreadable in a receipt.</summary>
    public static void CheckClientId(string clientId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(clientId);
        Throw.IfNotInRange(Encoding.UTF8.GetByteCount(clientId), 1, MaximumClientIdLength, "length of the client id");
    }

    public byte[] ToBytes()
    {
        var head = new WireWriter();
        head.Text(ClientId);
        head.Bytes(PlanFingerprint);
        head.Double(Weight);
        head.Int64(IsCompressed ? Payload.Length : Payload.Length / sizeof(float));
        return MessageFrame.Seal(IsCompressed ? MessageKind.CompressedUpdate : MessageKind.Update, head.Written, Payload);
    }

    /// <summary>Reads a message without a copy: the payload is a view of the bytes.</summary>
    public static UpdateMessage Read(ReadOnlySpan<byte> frame, out string clientId)
    {
        clientId = "";
        bool isCompressed = frame.Length > 2 && frame[2] == (byte)MessageKind.CompressedUpdate;
        var reader = new WireReader(MessageFrame.Open(isCompressed ? MessageKind.CompressedUpdate : MessageKind.Update, frame));
        clientId = reader.Text(MaximumClientIdLength);
        reader.Require(!string.IsNullOrWhiteSpace(clientId), "an empty client id");
        ReadOnlySpan<byte> fingerprint = reader.Bytes(32);
        double weight = reader.Double();
        long length = reader.Int64();
        int size = isCompressed ? 1 : sizeof(float);
        reader.Require(
            length >= 0 && length == reader.Remaining / size && reader.Remaining % size == 0,
            $"{length} {(isCompressed ? "bytes" : "values")} in {reader.Remaining} bytes");
        return new UpdateMessage(clientId, fingerprint, weight, reader.Bytes(reader.Remaining), isCompressed);
    }
}
