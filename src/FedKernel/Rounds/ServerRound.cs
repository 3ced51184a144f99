// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Adaptive;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
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
    private readonly StreamingMean? _mean;
    private readonly ClippedSum? _sum;
    private readonly AdaptiveNoise? _split;
    private readonly UnclippedCount _unclipped = new();
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
        if (plan.CentralPrivacy is { } privacy)
        {
            _split = privacy.Split;
            _sum = new ClippedSum(device, plan.Layout, new L2Clipping(plan.ClippingBound!.Value), privacy.Weights);
        }
        else
        {
            _mean = plan.Aggregation switch
            {
                AggregationKind.ExactMean => new ExactMean(device, plan.Layout.Length, plan.Range),
                AggregationKind.FloatMean => new FloatMean(device, plan.Layout.Length),
                _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Aggregation, "Unknown aggregation."),
            };
        }
    }

    /// <summary>What is agreed on.</summary>
    public RoundPlan Plan { get; }

    /// <summary>Updates in the mean so far.</summary>
    public int AcceptedCount => _sum?.Count ?? _mean!.ClientCount;

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
            reason = Examine(update) ?? Fold(update);
        }
        catch (DataFormatException e)
        {
            reason = e.Message;
        }

        var submission = new Submission(clientId, reason is null, reason, weight, Convert.ToHexStringLower(SHA256.HashData(message)))
        {
            MessageBytes = message.Length,
        };
        _submissions.Add(submission);
        if (reason is null)
        {
            _accepted.Add(clientId);
        }

        return submission;
    }

    /// <summary>Ends a round without noise.</summary>
    /// <exception cref="ProtocolException">Fewer updates were accepted than the plan demands: the round stays open. Or the plan
    /// asks for noise.</exception>
    public RoundResult Finish()
    {
        ThrowIfFinished();
        if (_mean is null)
        {
            throw new ProtocolException($"The plan of round {Plan.Round} asks for noise: end it with a ledger and a key.");
        }

        if (_mean.ClientCount < Plan.MinimumClientCount)
        {
            string refusals = string.Concat(_submissions.Where(s => !s.IsAccepted).Take(3).Select(s => $" '{s.ClientId}': {s.Reason}."));
            throw new ProtocolException(
                $"Round {Plan.Round} has {_mean.ClientCount} accepted updates, its plan demands {Plan.MinimumClientCount}.{refusals}");
        }

        DeviceBuffer<float> mean = _device.Allocate<float>(Plan.Layout.Length);
        _mean.Resolve(mean);
        return Close(mean, _mean.TotalWeight);
    }

    /// <summary>Ends a round with noise: charges the ledger, then adds the noise. Also with no update at all.</summary>
    /// <param name="ledger">The account of this federation's clients.</param>
    /// <param name="key">The server's secret key; never used for another round of this number.</param>
    /// <exception cref="PrivacyBudgetException">The budget does not cover one more round; nothing was released, and nothing is.</exception>
    /// <exception cref="ProtocolException">The plan asks for no noise, or the ledger is not one of clients.</exception>
    public RoundResult Finish(PrivacyLedger ledger, SecretKey256 key)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(key);
        ThrowIfFinished();
        if (_sum is null)
        {
            throw new ProtocolException($"The plan of round {Plan.Round} asks for no noise: end it without a ledger.");
        }

        if (ledger.Budget.Unit != PrivacyUnit.Client)
        {
            throw new ProtocolException($"The ledger of '{ledger.Subject}' protects the unit {ledger.Budget.Unit}; the noise of a round hides a {PrivacyUnit.Client}.");
        }

        CentralPrivacy privacy = Plan.CentralPrivacy!;
        PrivacyEvent released = privacy.Event;
        PrivacyCharge charge = ledger.Charge(released, ReleaseKind.Model, $"round {Plan.Round}");
        DeviceBuffer<float> mean = _device.Allocate<float>(Plan.Layout.Length);
        charge.Take(released);
        double multiplier = _split?.UpdateMultiplier ?? privacy.NoiseMultiplier;
        new GaussianMechanism(multiplier, privacy.Relation).AddNoiseToSum(_sum.Resolve(mean), key, Plan.Round);
        double? count = _split is null ? null : _unclipped.Release(_split, key, Plan.Round);
        return Close(mean, privacy.Weights.ExpectedTotal) with { NoisedCentredCount = count };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean?.Dispose();
        _sum?.Dispose();
    }

    private void ThrowIfFinished()
    {
        if (_finished)
        {
            throw new ProtocolException($"Round {Plan.Round} is finished already.");
        }
    }

    private RoundResult Close(DeviceBuffer<float> mean, double totalWeight)
    {
        _finished = true;
        Dispose();
        return new RoundResult(mean, new RoundReceipt(
            Plan.Round,
            Convert.ToHexStringLower(_planFingerprint),
            Plan.Aggregation,
            [.. _submissions.Where(s => s.IsAccepted).OrderBy(s => s.ClientId, StringComparer.Ordinal)],
            [.. _submissions.Where(s => !s.IsAccepted)],
            totalWeight,
            BufferDigest.Sha256(mean)));
    }

    private string? Fold(UpdateMessage update)
    {
        if (Plan.Compression is { } pipeline)
        {
            using CompressedUpdate encoded = CompressedUpdate.Open(_device, update.Payload, Plan.Layout, pipeline);
            return _sum is null
                ? _mean!.Fold(encoded, update.Weight, ClippingFactor(encoded)).Reason
                : FoldClipped(_sum, encoded, update.Weight);
        }

        return _sum is null ? _mean!.Fold(update.Values, update.Weight).Reason : FoldClipped(_sum, update.Values, update.Weight);
    }

    /// <summary>
    /// A codec's error lengthens some updates of clients that follow the plan, by as much as chance wants: so what was decoded is
    /// clipped here, and nobody is refused for it.
    /// </summary>
    private double ClippingFactor(CompressedUpdate encoded) => UpdateCompressor.ClippingFactor(encoded, Plan.ClippingBound ?? double.PositiveInfinity);

    private string? FoldClipped(ClippedSum sum, CompressedUpdate encoded, double weight)
    {
        if (!double.IsFinite(weight) || weight <= 0)
        {
            return $"its weight is {weight}; a weight must be positive and finite";
        }

        if (!sum.Fold(encoded, weight))
        {
            return "it holds values that are NaN or infinite";
        }

        if (_split is not null)
        {
            _unclipped.Add(Math.Sqrt(encoded.SquaredL2Norm) <= Plan.ClippingBound!.Value ? 1 : -1);
        }

        return null;
    }

    /// <summary>Clips once more on the way in: the promise rests on what the server does, not on what a client says.</summary>
    private string? FoldClipped(ClippedSum sum, ReadOnlySpan<float> values, double weight)
    {
        if (!double.IsFinite(weight) || weight <= 0)
        {
            return $"its weight is {weight}; a weight must be positive and finite";
        }

        using ModelUpdate update = ModelUpdate.Upload(_device, Plan.Layout, values);
        if (!sum.Fold(update, weight))
        {
            return "it holds values that are NaN or infinite";
        }

        if (_split is not null)
        {
            // A client that clips sends the bound itself, less what float32 rounds off: the bit need not travel.
            double norm = Math.Sqrt(_device.Reduce(update.Values, default(SquaredL2Norm)));
            _unclipped.Add(norm <= Plan.ClippingBound!.Value * (1 - 1e-6) ? 1 : -1);
        }

        return null;
    }

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

        if (Plan.Compression is { } pipeline)
        {
            return update.IsCompressed ? null : $"it is not compressed; the plan has '{pipeline.Name}'";
        }

        if (update.IsCompressed)
        {
            return "it is compressed; the plan asks for float32 values";
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
