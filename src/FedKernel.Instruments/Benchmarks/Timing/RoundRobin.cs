// SPDX-License-Identifier: Apache-2.0
// Timing by pairs in random order. One case after the other would charge a slow minute of the machine to one of them: on a
// two-core virtual machine that gave 42% false alarms of a case against itself, pairs gave 4.5%.
using System.Diagnostics;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>Times cases in rounds; each round has every case once, in an order drawn anew.</summary>
internal static class RoundRobin
{
    private const int Plateau = 5;
    private const double PlateauWidth = 0.02;

    /// <summary>Warms up, times, checks.</summary>
    /// <param name="cases">At least one.</param>
    /// <param name="options">How long.</param>
    /// <param name="onRound">Called after each round with its number, from 1 on.</param>
    /// <returns>One for each case, in their order.</returns>
    public static IReadOnlyList<CaseSamples> Run(
        IReadOnlyList<TimedCase> cases, TimingOptions options, Action<int>? onRound = null)
    {
        Track[] tracks = [.. cases.Select(c => new Track(c))];
        foreach (Track track in tracks)
        {
            track.WarmUp(options);
        }

        GC.Collect();
        var random = new SimulationRandom(new SimulationSeed(options.Seed));
        int[] order = [.. Enumerable.Range(0, tracks.Length)];
        long start = Stopwatch.GetTimestamp();
        int last = options.Looks[^1];
        for (int round = 1; round <= last; round++)
        {
            random.Shuffle<int>(order);
            foreach (int index in order)
            {
                tracks[index].Sample(round);
            }

            onRound?.Invoke(round);
            bool narrow = options.Looks.Contains(round) && tracks.All(t => t.IsNarrow(options));
            if (narrow || Stopwatch.GetElapsedTime(start).TotalSeconds > options.MostSeconds)
            {
                break;
            }
        }

        return [.. tracks.Select(t => t.ToSamples())];
    }

    private sealed class Track(TimedCase timed)
    {
        private readonly List<double> _seconds = [];
        private int _batch = 1;
        private int _tagged;
        private string? _failure;

        public void WarmUp(TimingOptions options)
        {
            var recent = new List<double>();
            long start = Stopwatch.GetTimestamp();
            do
            {
                double seconds = Once();
                recent.Add(seconds / _batch);
                if (seconds < options.SampleSeconds && timed.IsRepeatable)
                {
                    _batch = (int)Math.Min(1 << 24, Math.Ceiling(_batch * Math.Min(100, 1.5 * options.SampleSeconds / seconds)));
                    recent.Clear();
                }
            }
            while (!IsFlat(recent) && (Stopwatch.GetElapsedTime(start).TotalSeconds < options.WarmUpSeconds || recent.Count < 2));
        }

        public void Sample(int round)
        {
            if ((round - 1) % timed.Every != 0)
            {
                _seconds.Add(double.NaN);
                return;
            }

            Disturbance before = Disturbance.Now();
            double seconds = Once() / _batch;
            bool quiet = Disturbance.Now() == before;
            _tagged += quiet ? 0 : 1;
            _seconds.Add(quiet ? seconds : double.NaN);
        }

        public bool IsNarrow(TimingOptions options) =>
            OrderStatistics.Median(_seconds, options.AlphaOfALook).RelativeHalfWidth <= options.HalfWidth;

        public CaseSamples ToSamples() => new(timed.Name, _batch, [.. _seconds], _tagged, _failure);

        private double Once()
        {
            timed.Prepare();
            long ticks = TimedCase.Time(timed, _batch);
            _failure ??= timed.Check();
            return timed.OwnSeconds ?? (double)ticks / Stopwatch.Frequency;
        }

        private static bool IsFlat(List<double> recent)
        {
            if (recent.Count < Plateau)
            {
                return false;
            }

            double[] last = [.. recent.TakeLast(Plateau).Order()];
            return last[^1] - last[0] <= PlateauWidth * last[Plateau / 2];
        }
    }
}
