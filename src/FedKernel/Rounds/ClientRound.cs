// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Privacy;
using FedKernel.Updates;

namespace FedKernel.Rounds;

/// <summary>
/// A client's side of one round. It knows what the server's bytes say and nothing else; what leaves it are the bytes of
/// <see cref="Submit"/>.
/// </summary>
public sealed class ClientRound : IDisposable
{
    private readonly string _clientId;

    private ClientRound(string clientId, RoundPlan plan, DeviceBuffer<float> globalModel)
    {
        _clientId = clientId;
        Plan = plan;
        GlobalModel = globalModel;
    }

    /// <summary>What was agreed on.</summary>
    public RoundPlan Plan { get; }

    /// <summary>The model to train from, on the client's device.</summary>
    public DeviceBuffer<float> GlobalModel { get; }

    /// <summary>Joins the round that the server's bytes invite to.</summary>
    /// <param name="device">Where the client computes.</param>
    /// <param name="clientId">How the client is named in the receipt: 1 to 128 bytes of UTF-8.</param>
    /// <param name="invitation">Bytes of <see cref="ServerRound.Invite"/>.</param>
    /// <exception cref="DataFormatException">The bytes are no valid invitation.</exception>
    public static ClientRound Join(Device device, string clientId, ReadOnlySpan<byte> invitation)
    {
        ArgumentNullException.ThrowIfNull(device);
        UpdateMessage.CheckClientId(clientId);
        var reader = new WireReader(MessageFrame.Open(MessageKind.Invitation, invitation));
        RoundPlan plan = RoundPlan.Read(ref reader);
        reader.Require(
            reader.Remaining / sizeof(float) == plan.Layout.Length && reader.Remaining % sizeof(float) == 0,
            $"a model of {plan.Layout.Length} values in {reader.Remaining} bytes");
        ReadOnlySpan<float> model = MemoryMarshal.Cast<byte, float>(reader.Bytes(reader.Remaining));
        return new ClientRound(clientId, plan, device.Upload(model));
    }

    /// <summary>The bytes that carry an update to the server, after clipping if the plan asks for it.</summary>
    /// <param name="update">The difference between the trained and the global model; clipped in place.</param>
    /// <param name="weight">Usually the number of examples; within the plan's range.</param>
    /// <exception cref="ProtocolException">The update has another layout or holds NaN or infinity.</exception>
    public byte[] Submit(ModelUpdate update, double weight)
    {
        ArgumentNullException.ThrowIfNull(update);
        Throw.IfNotInRange(weight, double.Epsilon, Plan.Range.MaximumWeight);
        if (!update.Layout.Equals(Plan.Layout))
        {
            throw new ProtocolException($"The update has the layout {update.Layout}, the round has {Plan.Layout}.");
        }

        if (Plan.ClippingBound is { } bound && new L2Clipping(bound).Clip(update) is { Bounded: null } refused)
        {
            throw new ProtocolException(
                $"The update of '{_clientId}' holds {refused.NonFiniteCount} values that are NaN or infinite; it was not sent.");
        }

        return new UpdateMessage(_clientId, Plan.Fingerprint(), weight, update.Values.ToArray()).ToBytes();
    }

    /// <inheritdoc/>
    public void Dispose() => GlobalModel.Dispose();
}
