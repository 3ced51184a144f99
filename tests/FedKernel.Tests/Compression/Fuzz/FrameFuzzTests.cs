// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace FedKernel.Tests.Compression.Fuzz;

/// <summary>
/// Hostile frames: the corpus and 20,000 mutants in every run. FEDKERNEL_FUZZ=10000000 opens that many, on every processor, prints what
/// was found and writes the corpus anew; FEDKERNEL_FUZZ_SEED begins another run.
/// </summary>
public sealed class FrameFuzzTests
{
    private const int EveryRun = 20_000;
    private const int SecondsWithoutProgress = 120;

    [Fact]
    public void Open_Mutants_RefusesOrTakesWhatIsCanonical()
    {
        string? wanted = Environment.GetEnvironmentVariable("FEDKERNEL_FUZZ");
        if (wanted is null)
        {
            using var fuzzer = new FrameFuzzer(1, FuzzCorpus.Of);
            fuzzer.Run(EveryRun);
            Assert.True(fuzzer.Resealed * 2 > EveryRun, $"{fuzzer.Resealed} of {EveryRun} mutants had a right checksum; more than half must.");
            Assert.InRange(fuzzer.Taken, 1, EveryRun);

            // Were numbers, checksums or names part of a shape, there would be thousands.
            Assert.InRange(fuzzer.Found.Select(f => f.Shape).Distinct().Count(), 20, 400);
            return;
        }

        RunLong(long.Parse(wanted, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Corpus_IsThere_AndSmall()
    {
        string[] files = Directory.Exists(FuzzCorpus.Folder) ? Directory.GetFiles(FuzzCorpus.Folder, "*.fkz") : [];
        Assert.InRange(files.Sum(f => new FileInfo(f).Length), 1, FuzzCorpus.MostBytes);
        Assert.All(FrameFuzzer.Pipelines, n => Assert.NotEmpty(FuzzCorpus.Of(n)));
        Assert.Equal(FrameFuzzer.Pipelines.Length, files.Length);
    }

    private static void RunLong(long count)
    {
        ulong seed = ulong.Parse(Environment.GetEnvironmentVariable("FEDKERNEL_FUZZ_SEED") ?? "2", CultureInfo.InvariantCulture);
        var clock = Stopwatch.StartNew();
        int workers = Environment.ProcessorCount;
        FrameFuzzer[] fuzzers = [.. Enumerable.Range(0, workers).Select(w => new FrameFuzzer(seed + (ulong)w, FuzzCorpus.Of))];
        Task[] tasks = [.. fuzzers.Select((f, w) => Task.Factory.StartNew(
            () => f.Run((count + w) / workers), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Watch(tasks, fuzzers);
        (int kept, long corpus) = FuzzCorpus.Write(fuzzers.SelectMany(f => f.Found));
        string report = string.Create(
            CultureInfo.InvariantCulture,
            $"{fuzzers.Sum(f => f.Done)} mutants of {FrameFuzzer.Pipelines.Length} pipelines in {clock.Elapsed.TotalSeconds:F0} s on {workers} threads, seed {seed}; "
            + $"{fuzzers.Sum(f => f.Resealed)} with a right checksum, {fuzzers.Sum(f => f.Taken)} taken and canonical; "
            + $"{fuzzers.SelectMany(f => f.Found).Select(f => (f.Pipeline, f.Shape)).Distinct().Count()} ways through the parser, "
            + $"{fuzzers.SelectMany(f => f.Found).Select(f => f.Shape).Distinct().Count()} of them different; corpus of {kept} mutants, {corpus} bytes.");
        TestContext.Current.TestOutputHelper!.WriteLine(report);
        Console.Error.WriteLine(report);
        foreach (FrameFuzzer fuzzer in fuzzers)
        {
            fuzzer.Dispose();
        }
    }

    /// <summary>A mutant that never ends would leave its thread where it is: it is named instead.</summary>
    private static void Watch(Task[] tasks, FrameFuzzer[] fuzzers)
    {
        long[] before = new long[fuzzers.Length];
        while (!Task.WaitAll(tasks, TimeSpan.FromSeconds(SecondsWithoutProgress)))
        {
            for (int w = 0; w < fuzzers.Length; w++)
            {
                long done = fuzzers[w].Done;
                if (done == before[w] && !tasks[w].IsCompleted)
                {
                    (string pipeline, byte[] frame) = fuzzers[w].Current;
                    Assert.Fail($"'{pipeline}' {Convert.ToHexString(frame)}: no end in {SecondsWithoutProgress} s.");
                }

                before[w] = done;
            }
        }
    }
}
