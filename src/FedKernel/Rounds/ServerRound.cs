// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Rounds;

/// <summary>
/// The server's side of one round: it folds each update in as its bytes arrive and keeps none. A bad update is refused whole,
/// entered in the receipt with the reason, and the round goes on without it.
/// </summary>
/// <remarks>Not thread-safe: messages are received one after the other.</remarks>
public sealed class ServerRound : IDisposable
{
    private readonly Device _device;
    private readonly byte[] _planFingerprint;
    private readonly StreamingMean _mean;
    private readonly List<Submission> _submissions = [];
    private readonly HashSet<string> _accepted = new(StringComparer.Ordinal);
    private bool _finished;

    /// <summary>Opens a round.</summary>
    /// <param name="device">Where the server computes.</param>
    /// <param name="plan">What is agreed on.</param>
    public ServerRound(Device device, RoundPlan plan)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(plan);
        _device = device;
        Plan = plan;
        _planFingerprint = plan.Fingerprint();
        _mean = plan.Aggregation switch
        {
            AggregationKind.ExactMean => new ExactMean(device, plan.Layout.Length, plan.Range),
            AggregationKind.FloatMean => new FloatMean(device, plan.Layout.Length),
            _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Aggregation, "Unknown aggregation."),
        };
    }

    /// <summary>What is agreed on.</summary>
    public RoundPlan Plan { get; }

    /// <summary>Updates in the mean so far.</summary>
    public int AcceptedCount => _mean.ClientCount;

    /// <summary>The bytes that invite clients: the plan and the model to train from.</summary>
    /// <param name="globalModel">As many values as the plan's layout.</param>
    public byte[] Invite(ReadOnlySpan<float> globalModel)
    {
        Throw.IfLengthsDiffer(Plan.Layout.Length, globalModel.Length, "the plan's layout", nameof(globalModel));
        var head = new WireWriter();
        Plan.Write(head);
        return MessageFrame.Seal(MessageKind.Invitation, head.Written, MemoryMarshal.AsBytes(globalModel));
    }

    /// <summary>Folds the update of one message in, or refuses it and says why. Never throws for what is in the message.</summary>
    /// <param name="message">Bytes from a client; hostile until proven otherwise; not kept.</param>
    /// <exception cref="ProtocolException">The round is finished.</exception>
    public Submission Receive(ReadOnlySpan<byte> message)
    {
        if (_finished)
        {
            throw new ProtocolException($"Round {Plan.Round} is finished; it takes no more updates.");
        }

        string clientId = "";
        double weight = 0;
        string? reason;
        try
        {
            UpdateMessage update = UpdateMessage.Read(message, out clientId);
            weight = update.Weight;
            reason = Examine(update) ?? _mean.Fold(update.Values, weight).Reason;
        }
        catch (DataFormatException e)
        {
            reason = e.Message;
        }

        var submission = new Submission(clientId, reason is null, reason, weight, Convert.ToHexStringLower(SHA256.HashData(message)));
        _submissions.Add(submission);
        if (reason is null)
        {
            _accepted.Add(clientId);
        }

        return submission;
    }

    /// <summary>Ends the round.</summary>
    /// <exception cref="ProtocolException">Fewer updates were accepted than the plan demands; the round stays open.</exception>
    public RoundResult Finish()
    {
        if (_finished)
        {
            throw new ProtocolException($"Round {Plan.Round} is finished already.");
        }

        if (_mean.ClientCount < Plan.MinimumClientCount)
        {
            string refusals = string.Concat(_submissions.Where(s => !s.IsAccepted).Take(3).Select(s => $" '{s.ClientId}': {s.Reason}."));
            throw new ProtocolException(
                $"Round {Plan.Round} has {_mean.ClientCount} accepted updates, its plan demands {Plan.MinimumClientCount}.{refusals}");
        }

        DeviceBuffer<float> mean = _device.Allocate<float>(Plan.Layout.Length);
        _mean.Resolve(mean);
        _finished = true;
        _mean.Dispose();
        return new RoundResult(mean, new RoundReceipt(
            Plan.Round,
            Convert.ToHexStringLower(_planFingerprint),
            Plan.Aggregation,
            [.. _submissions.Where(s => s.IsAccepted).OrderBy(s => s.ClientId, StringComparer.Ordinal)],
            [.. _submissions.Where(s => !s.IsAccepted)],
            _mean.TotalWeight,
            BufferDigest.Sha256(mean)));
    }

    /// <inheritdoc/>
    public void Dispose() => _mean.Dispose();

    private string? Examine(UpdateMessage update)
    {
        if (!update.PlanFingerprint.SequenceEqual(_planFingerprint))
        {
            return "it was made for another plan: another round, layout or range";
        }

        if (_accepted.Contains(update.ClientId))
        {
            return $"'{update.ClientId}' has sent an update already";
        }

        if (update.Values.Length != Plan.Layout.Length)
        {
            return $"it has {update.Values.Length} values, the plan has {Plan.Layout.Length}";
        }

        return Plan.ClippingBound is { } bound ? ExamineNorm(update.Values, bound) : null;
    }

    /// <summary>A client that does not clip is refused, not clipped: it shows that it does not follow the plan.</summary>
    private unsafe string? ExamineNorm(ReadOnlySpan<float> values, double bound)
    {
        fixed (float* pointer = values)
        {
            // Lent where it can be: a copy would be one more update in memory.
            using DeviceBuffer<float> vector = _device.SharesHostMemory
                ? _device.Borrow(pointer, values.Length)
                : _device.Upload(values);
            double norm = Math.Sqrt(_device.Reduce(vector, default(SquaredL2Norm)));
            // NaN is left to the mean, which names it.
            return norm > bound * (1 + 1e-9) ? $"its L2 norm is {norm}, the plan allows {bound}" : null;
        }
    }
}
