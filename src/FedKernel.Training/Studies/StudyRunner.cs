// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;

namespace FedKernel.Training.Studies;

/// <summary>
/// Trains every mode, with and without privacy, by the same loop: pooled training is a federation of one that has all data,
/// local training a federation of one that has its own.
/// </summary>
internal sealed class StudyRunner
{
    private const double MaximumMagnitude = 1024;

    private readonly Device _device;
    private readonly IReadOnlyList<Hospital> _hospitals;
    private readonly StudyPlan _plan;
    private readonly StudyOptions _options;
    private readonly IProgress<StudyProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly LogisticRegression _model;
    private readonly PrivateRecipe? _recipe;
    private readonly Dictionary<PrivacyEvent, PrivacyBracket> _accounted = [];
    private readonly bool _plainToo;
    private int _finishedTrainings;

    public StudyRunner(
        Device device,
        IReadOnlyList<Hospital> hospitals,
        StudyPlan plan,
        StudyOptions options,
        IProgress<StudyProgress>? progress,
        CancellationToken cancellation)
    {
        int patients = hospitals.Sum(h => h.Train.RowCount + h.Test.RowCount);
        if (!(options.Delta > 0 && options.Delta < 1.0 / patients))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Delta, $"δ must lie in (0, 1/{patients}): with more, publishing a patient would count as private.");
        }

        (_device, _hospitals, _plan, _options) = (device, hospitals, plan, options);
        (_progress, _cancellation) = (progress, cancellation);
        _model = new LogisticRegression(hospitals[0].Train.FeatureCount);
        _recipe = options.PrivateTraining == PrivateTrainingMode.None ? null : new PrivateRecipe(plan, options);
        if (_recipe is null && options.OpenLedger is not null)
        {
            throw new ArgumentException("A ledger keeps account of private models, and none is to be trained.", nameof(options));
        }

        _plainToo = options.OpenLedger is null;
    }

    /// <summary>One alone that hides whole clients would release nothing, and all in one place would be one client.</summary>
    private bool PrivateBaselines => _recipe is { Central: false } && _plainToo;

    private int TrainingCount => (_recipe is null ? 0 : 1) + (((_plainToo ? 1 : 0) + (PrivateBaselines ? 1 : 0)) * (1 + _hospitals.Count)) + (_plainToo ? 1 : 0);

    public StudyReport Run(string name, string citation, FeatureScaling scaling)
    {
        var methods = new List<MethodReport>();
        FederatedResult? plain = null, hidden = null;
        if (_plainToo)
        {
            plain = Federated(isPrivate: false, null, methods);
            methods.AddRange([Pooled(false), LocalOnly(false)]);
        }

        if (_recipe is not null)
        {
            using var ledgers = new StudyLedgers(name, _recipe, _options);
            hidden = Federated(isPrivate: true, ledgers, methods);
        }

        if (PrivateBaselines)
        {
            methods.AddRange([Pooled(true), LocalOnly(true)]);
        }

        HospitalSummary[] summaries = [.. _hospitals.Select(h => new HospitalSummary(
            h.Name, h.Train.RowCount, h.Test.RowCount, h.Train.Labels.ToArray().Average()))];
        return new StudyReport(
            name, citation, $"{_device.Info.Id}: {_device.Info.Name}, {_device.Info.Capabilities}", _options.Seed.Value, _recipe is null ? _plan.Text : $"{_plan.Text}; private: {_recipe.Text}",
            summaries, methods, _model.Layout, _hospitals[0].Train.FeatureNames, scaling, plain?.Model, hidden?.Model)
        {
            StopReason = hidden?.StopReason,
        };
    }

    private FederatedResult Federated(bool isPrivate, StudyLedgers? ledgers, List<MethodReport> methods)
    {
        FederatedResult result = Train("federated", [.. _hospitals.Select(h => (h.Name, h.Train))], isPrivate, ledgers);
        methods.Add(Report(TrainingMode.Federated, isPrivate, result, result.History));
        return result;
    }

    private MethodReport Pooled(bool isPrivate)
    {
        TabularDataset all = TabularDataset.Concat([.. _hospitals.Select(h => h.Train)]);
        return Report(TrainingMode.Pooled, isPrivate, Train("pooled", [("pooled", all)], isPrivate), []);
    }

    private MethodReport LocalOnly(bool isPrivate)
    {
        IReadOnlyList<Evaluation>[] all = [.. _hospitals.Select(h =>
            Train($"{h.Name} alone", [(h.Name, h.Train)], isPrivate).History[^1].Evaluations)];
        Evaluation[] own = [.. all.Select((e, k) => e[k])];
        return new MethodReport(TrainingMode.LocalOnly, Statement(isPrivate), own, all.Average(Everyone), []);
    }

    private MethodReport Report(TrainingMode mode, bool isPrivate, FederatedResult result, IReadOnlyList<RoundRecord> history)
    {
        IReadOnlyList<Evaluation> last = result.History[^1].Evaluations;
        return new MethodReport(mode, Statement(isPrivate), last, Everyone(last), history);
    }

    private static double Everyone(IReadOnlyList<Evaluation> hospitals) =>
        hospitals.Sum(e => e.Accuracy * e.Count) / hospitals.Sum(e => e.Count);

    private FederatedResult Train(
        string activity, IReadOnlyList<(string Name, TabularDataset Train)> clients, bool isPrivate, StudyLedgers? ledgers = null)
    {
        var resources = new List<IDisposable>();
        try
        {
            CentralPrivacyOptions? server = isPrivate && _recipe!.Central
                ? _recipe.CreateServer(clients.Count, ledgers!.OfClients(), Keep(_options.CreateKey(), resources))
                : null;
            LocalClient[] local = [.. clients.Select((c, k) => new LocalClient(
                c.Name,
                _device,
                isPrivate && server is null ? CreatePrivate(c.Train, ledgers?.OfHospital(c.Name), resources) : CreatePlain(c.Train, k, resources)))];
            LogisticEvaluator[] evaluators = [.. _hospitals.Select(h => Keep(new LogisticEvaluator(_device, h.Test), resources))];
            int rounds = isPrivate ? _plan.PrivateRoundCount : _plan.RoundCount;
            var range = new FixedPointRange(MaximumMagnitude, clients.Max(c => c.Train.RowCount), clients.Count);
            var training = new FederatedTraining(_device, new FederatedTrainingOptions(_model.Layout, rounds, range)
            {
                Delta = _options.Delta,
                Accounted = _accounted,
                CentralPrivacy = server,
                Spent = ledgers?.Spent,
            });
            var relay = new Relay<RoundRecord>(r => _progress?.Report(new StudyProgress(
                isPrivate ? $"{activity}, private" : activity, (_finishedTrainings + ((double)r.Round / r.RoundCount)) / TrainingCount, r)
            {
                IsFederated = clients.Count > 1,
            }));
            FederatedResult result = training.Run(local, _model.CreateZero(), evaluators, relay, _cancellation);
            _finishedTrainings++;
            return result;
        }
        finally
        {
            resources.ForEach(r => r.Dispose());
        }
    }

    private MinibatchTrainer CreatePlain(TabularDataset train, int client, List<IDisposable> resources) => Keep(
        new MinibatchTrainer(
            _device,
            _model,
            train,
            new ReshufflingBatches(train.RowCount, _plan.BatchSize, _options.Seed, client),
            new SgdOptimizer(_plan.LearningRate),
            _plan.UpdatesPerRound),
        resources);

    private IPrivateTrainer CreatePrivate(TabularDataset train, PrivacyLedger? ledger, List<IDisposable> resources)
    {
        SecretKey256 key = Keep(_options.CreateKey(), resources);
        return Keep(_recipe!.CreateTrainer(_device, _model, train, key, ledger), resources);
    }

    private PrivacyStatement? Statement(bool isPrivate) => isPrivate ? _recipe!.Statement : null;

    private static T Keep<T>(T resource, List<IDisposable> resources)
        where T : IDisposable
    {
        resources.Add(resource);
        return resource;
    }
}
