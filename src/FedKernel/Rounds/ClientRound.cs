// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Privacy;
using FedKernel.Updates;

namespace FedKernel.Rounds;

/// <summary>
/// A client's side of one round. It knows what the server's bytes say and nothing else; what leaves it are the bytes of
/// <see cref="Submit(ModelUpdate, double)"/>.
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
        Check(update, weight);
        if (Plan.Compression is { } pipeline)
        {
            throw new ProtocolException($"The plan of round {Plan.Round} asks for updates compressed by '{pipeline.Name}': submit with a compressor.");
        }

        if (Plan.ClippingBound is { } bound && new L2Clipping(bound).Clip(update) is { Bounded: null } refused)
        {
            throw new ProtocolException(
                $"The update of '{_clientId}' holds {refused.NonFiniteCount} values that are NaN or infinite; it was not sent.");
        }

        return new UpdateMessage(_clientId, Plan.Fingerprint(), weight, update.Values.ToArray()).ToBytes();
    }

    /// <summary>The bytes that carry an update to the server, compressed as the plan says.</summary>
    /// <remarks>
    /// With a clipping bound it is the server that clips, what it has decoded: behind the compressor and its error feedback. The
    /// memory of the compressor takes the same factor into account, so what was clipped off comes again.
    /// </remarks>
    /// <param name="update">The difference between the trained and the global model; left as it is.</param>
    /// <param name="weight">Usually the number of examples; within the plan's range.</param>
    /// <param name="compressor">This client's, with the plan's pipeline and layout; its memory goes on from round to round.</param>
    /// <exception cref="ProtocolException">The update or the compressor has another layout, the compressor another pipeline, or the update
    /// holds NaN or infinity; the compressor is as it was.</exception>
    public byte[] Submit(ModelUpdate update, double weight, UpdateCompressor compressor)
    {
        ArgumentNullException.ThrowIfNull(compressor);
        Check(update, weight);
        if (!compressor.Pipeline.Equals(Plan.Compression))
        {
            throw new ProtocolException(
                $"The compressor has the pipeline '{compressor.Pipeline}', the plan of round {Plan.Round} {(Plan.Compression is { } p ? $"has '{p}'" : "asks for none")}.");
        }

        if (!compressor.Layout.Equals(Plan.Layout))
        {
            throw new ProtocolException($"The compressor has the layout {compressor.Layout}, the round has {Plan.Layout}.");
        }

        byte[] frame = compressor.Compress(update.Values, Plan.Round, Plan.ClippingBound ?? double.PositiveInfinity);
        return UpdateMessage.Compressed(_clientId, Plan.Fingerprint(), weight, frame).ToBytes();
    }

    private void Check(ModelUpdate update, double weight)
    {
        ArgumentNullException.ThrowIfNull(update);
        Throw.IfNotInRange(weight, double.Epsilon, Plan.Range.MaximumWeight);
        if (!update.Layout.Equals(Plan.Layout))
        {
            throw new ProtocolException($"The update has the layout {update.Layout}, the round has {Plan.Layout}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => GlobalModel.Dispose();
}
