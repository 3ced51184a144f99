// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>Round by round, the measures of one case in one launch.</summary>
internal sealed class Measures
{
    private readonly CaseDescription _description;
    private readonly LaunchData _launch;
    private readonly CaseSamples _samples;

    public Measures(CaseDescription description, LaunchData launch)
    {
        (_description, _launch) = (description, launch);
        _samples = launch.Find(description.Name)
            ?? throw new ArgumentException($"The launch has no samples of '{description.Name}'.", nameof(description));
    }

    /// <summary>Names of the measures that this case has.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            yield return "seconds";
            if (_description.Elements > 1)
            {
                yield return "melements_per_s";
            }

            if (_description.BytesPerElement > 0)
            {
                yield return "gbps";
            }

            if (LimitNames().Count > 0)
            {
                yield return "share_of_limit";
            }

            foreach (string peer in _description.Peers.Where(p => _launch.Find(_description.PeerCase(p)) is not null))
            {
                yield return $"over.{peer}";
            }

            if (_description.RelativeTo is { } other && _launch.Find(other) is not null)
            {
                yield return $"time_over.{other}";
            }
        }
    }

    /// <summary>Values by round, NaN where a sample is missing.</summary>
    public double[] Of(string measure)
    {
        double bytes = _description.BytesPerElement * _description.Elements;
        return measure switch
        {
            "seconds" => _samples.Seconds,
            "melements_per_s" => [.. _samples.Seconds.Select(s => _description.Elements / s / 1e6)],
            "gbps" => [.. _samples.Seconds.Select(s => bytes / s / 1e9)],
            "share_of_limit" => [.. LimitSeconds().Zip(_samples.Seconds, (limit, own) => limit / own)],
            _ when measure.StartsWith("over.", StringComparison.Ordinal) =>
                [.. _samples.SpeedOver(_launch.Find(_description.PeerCase(measure[5..]))!)],
            _ when measure.StartsWith("time_over.", StringComparison.Ordinal) =>
                [.. _launch.Find(measure[10..])!.SpeedOver(_samples)],
            _ => throw new ArgumentException($"There is no measure '{measure}'.", nameof(measure)),
        };
    }

    /// <summary>Which loops limit the case: for each part of its traffic the one that was fastest.</summary>
    public IReadOnlyList<string> LimitNames() => [.. _description.Limit.Select(Best).OfType<LimitDescription>().Select(l => l.Name)];

    private LimitDescription? Best(LimitPart part) => _launch.Limits
        .Where(l => l.Of.Contains(part.Traffic) && (!_description.PerCore || l.OneThread) && _launch.Find(l.Name) is not null)
        .MaxBy(l => l.BytesMoved / _launch.Find(l.Name)!.Median().Median);

    /// <summary>The time that the limits would take for the same traffic, part after part.</summary>
    private double[] LimitSeconds()
    {
        var seconds = new double[_samples.Seconds.Length];
        foreach (LimitPart part in _description.Limit)
        {
            LimitDescription? limit = Best(part);
            double[]? times = limit is null ? null : _launch.Find(limit.Name)!.Seconds;
            for (int i = 0; i < seconds.Length; i++)
            {
                seconds[i] += times is null
                    ? double.NaN
                    : times[i] * part.BytesPerElement * _description.Elements / limit!.BytesMoved;
            }
        }

        return seconds;
    }
}
