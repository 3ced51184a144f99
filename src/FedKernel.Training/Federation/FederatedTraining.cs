// SPDX-License-Identifier: Apache-2.0
// The loop of federated averaging · B. McMahan et al., AISTATS 2017, algorithm 1: invite a cohort, let each client train from the
// global model, fold the updates in as they arrive, move the model by their weighted mean.
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;
using FedKernel.Rounds;
using FedKernel.Training.Models;
using FedKernel.Training.Strategies;

namespace FedKernel.Training.Federation;

/// <summary>The thin loop: it holds no model, no data and no algorithm, only their order.</summary>
/// <remarks>
/// Clients run one after the other: a device is busy with one of them anyway. A host with remote clients awaits them behind
/// <see cref="IFederatedClient"/>. Evaluations look at test data and are not covered by the privacy that is reported.
/// </remarks>
public sealed class FederatedTraining
{
    private readonly Device _device;
    private readonly FederatedTrainingOptions _options;

    /// <summary>A server on a device.</summary>
    public FederatedTraining(Device device, FederatedTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        Throw.IfNotInRange(options.RoundCount, 1, (1 << 24) - 1);
        if (options.CentralPrivacy is { } central)
        {
            Throw.IfLengthsDiffer(
                options.RoundCount, central.NoiseMultipliers?.Count ?? options.RoundCount, "the rounds", nameof(central.NoiseMultipliers));
            if (options.Cohort is not EveryClient)
            {
                throw new ArgumentException(
                    $"With {nameof(options.CentralPrivacy)} the cohort is drawn by secret coins; {options.Cohort.GetType().Name} follows from a public seed.", nameof(options));
            }
        }

        (_device, _options) = (device, options);
    }

    /// <summary>Trains.</summary>
    /// <param name="clients">Every client there is; the cohort sampler picks by number.</param>
    /// <param name="initialModel">As many values as the layout.</param>
    /// <param name="evaluators">Judge the model after every round; may be empty.</param>
    /// <param name="progress">Is told of every round.</param>
    /// <param name="cancellation">Ends the training between two rounds.</param>
    /// <exception cref="ProtocolException">No client of a cohort sent a usable update.</exception>
    /// <returns>The model after the last round that the budget covered: see <see cref="FederatedResult.StopReason"/>.</returns>
    /// <exception cref="PrivacyBudgetException">A budget, a client's or the server's, does not cover the first round.</exception>
    public FederatedResult Run(
        IReadOnlyList<IFederatedClient> clients,
        ReadOnlySpan<float> initialModel,
        IReadOnlyList<IEvaluator> evaluators,
        IProgress<RoundRecord>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(evaluators);
        Throw.IfNotInRange(clients.Count, 1, _options.Range.MaximumClientCount, "number of clients");
        Throw.IfLengthsDiffer(_options.Layout.Length, initialModel.Length, "the layout", nameof(initialModel));
        using DeviceBuffer<float> model = _device.Upload(initialModel);
        CentralRounds? central = _options.CentralPrivacy is null ? null : new CentralRounds(_options.CentralPrivacy, clients.Count);
        var history = new List<RoundRecord>(_options.RoundCount);
        for (int round = 1; round <= _options.RoundCount; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                history.Add(RunRound(round, clients, central, model, evaluators));
            }
            catch (PrivacyBudgetException e) when (history.Count > 0)
            {
                // The model moves only after a round is paid for: it is that of the round before.
                return new FederatedResult(model.ToArray(), history) { StopReason = e.Message };
            }

            progress?.Report(history[^1]);
        }

        return new FederatedResult(model.ToArray(), history);
    }

    private RoundRecord RunRound(
        int number,
        IReadOnlyList<IFederatedClient> clients,
        CentralRounds? central,
        DeviceBuffer<float> model,
        IReadOnlyList<IEvaluator> evaluators)
    {
        var plan = new RoundPlan((uint)number, _options.Layout, _options.Range) { Compression = _options.Compression };
        using var round = new ServerRound(_device, central?.Complete(plan) ?? plan);
        byte[] invitation = round.Invite(model.ToArray());
        var absent = new List<string>();
        long up = 0, down = 0;
        foreach (int k in central?.Sample(plan.Round, clients.Count) ?? _options.Cohort.Sample(plan.Round, clients.Count))
        {
            try
            {
                down += invitation.Length;
                byte[] message = clients[k].TakePart(invitation);
                up += message.Length;
                round.Receive(message);
            }
            catch (ProtocolException e)
            {
                absent.Add($"{clients[k].Id}: {e.Message}");
            }
        }

        // A round with noise ends whoever came: one that fails would tell.
        if (central is null && round.AcceptedCount == 0 && absent.Count > 0)
        {
            throw new ProtocolException($"Round {number} has no update. {string.Join(' ', absent.Take(3))}");
        }

        using RoundResult result = central?.Finish(round) ?? round.Finish();
        _options.Strategy.Apply(model, result.Mean);
        float[] values = model.ToArray();
        return new RoundRecord(
            number, _options.RoundCount, [.. evaluators.Select(e => e.Evaluate(values))], central?.Spent ?? _options.Spent?.Invoke() ?? EpsilonOf(clients), result.Receipt, absent)
        {
            ClippingBound = round.Plan.ClippingBound,
            UplinkBytes = up,
            DownlinkBytes = down,
        };
    }

    private PrivacyBracket? EpsilonOf(IReadOnlyList<IFederatedClient> clients)
    {
        PrivacyBracket[] spent = [.. clients.Select(c => c.Released).OfType<PrivacyEvent>().Distinct()
            .Select(Account)];
        return spent.Length == 0 ? null : spent.MaxBy(b => b.Upper) with { Lower = spent.Max(b => b.Lower) };
    }

    /// <summary>Equal histories are asked for once: a sampled one costs the accountant a convolution.</summary>
    private PrivacyBracket Account(PrivacyEvent history)
    {
        if (!_options.Accounted.TryGetValue(history, out PrivacyBracket epsilon))
        {
            _options.Accounted[history] = epsilon = PrivacyAccountant.Epsilon(history, _options.Delta);
        }

        return epsilon;
    }
}
