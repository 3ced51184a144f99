// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace FedKernel.Rounds;

/// <summary>A client's update on the wire: who, for which plan, its weight, its values.</summary>
internal readonly ref struct UpdateMessage
{
    public const int MaximumClientIdLength = 128;

    public UpdateMessage(string clientId, ReadOnlySpan<byte> planFingerprint, double weight, ReadOnlySpan<float> values)
    {
        ClientId = clientId;
        PlanFingerprint = planFingerprint;
        Weight = weight;
        Values = values;
    }

    public string ClientId { get; }

    public ReadOnlySpan<byte> PlanFingerprint { get; }

    public double Weight { get; }

    public ReadOnlySpan<float> Values { get; }

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
        head.Int64(Values.Length);
        return MessageFrame.Seal(MessageKind.Update, head.Written, MemoryMarshal.AsBytes(Values));
    }

    /// <summary>Reads a message without a copy: the values are a view of the bytes.</summary>
    public static UpdateMessage Read(ReadOnlySpan<byte> frame, out string clientId)
    {
        clientId = "";
        var reader = new WireReader(MessageFrame.Open(MessageKind.Update, frame));
        clientId = reader.Text(MaximumClientIdLength);
        reader.Require(!string.IsNullOrWhiteSpace(clientId), "an empty client id");
        ReadOnlySpan<byte> fingerprint = reader.Bytes(32);
        double weight = reader.Double();
        long length = reader.Int64();
        reader.Require(
            length >= 0 && length == reader.Remaining / sizeof(float) && reader.Remaining % sizeof(float) == 0,
            $"{length} values in {reader.Remaining} bytes");
        ReadOnlySpan<byte> values = reader.Bytes(reader.Remaining);
        return new UpdateMessage(clientId, fingerprint, weight, MemoryMarshal.Cast<byte, float>(values));
    }
}
