// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Tests.Compression.Frames;

namespace FedKernel.Tests.Compression.Fuzz;

/// <summary>
/// Opens mutants of the frames of every pipeline. What a mutant does that none before did, a message of another shape or another kind of
/// accepted content, puts it among the frames that are mutated next: coverage of the parser by what it says, without instrumenting it.
/// </summary>
internal sealed class FrameFuzzer : IDisposable
{
    // Index codes by name, and sections that no other test combines.
    private static readonly string[] _combined =
        ["topk:0.02+bitmap", "topk:7+rice", "topk:0.3+eliasfano", "threshold:0.5+eden:4+rice+rans", "sharedrandom:0.2+drive", "powersgd:4+int8:32+rans"];

    private readonly CpuDevice _device = new(threadCount: 1);
    private readonly FrameMutator _mutator;
    private readonly List<(FuzzTarget Target, List<byte[]> Frames, Dictionary<string, byte[]> Found)> _pipelines = [];
    private long _done;

    /// <param name="seed">Of the mutations.</param>
    /// <param name="corpus">Kept mutants of each pipeline.</param>
    public FrameFuzzer(ulong seed, Func<string, IEnumerable<byte[]>> corpus)
    {
        _mutator = new FrameMutator(seed);
        foreach (string name in Pipelines)
        {
            var target = new FuzzTarget(_device, name);
            List<byte[]> frames = [];
            _pipelines.Add((target, frames, []));
            foreach (byte[] own in target.Seeds())
            {
                if (!IsTaken(Try(_pipelines.Count - 1, own)))
                {
                    throw new InvalidOperationException($"'{name}': its own frame was refused.");
                }

                if (!frames.Contains(own))
                {
                    frames.Add(own);
                }
            }

            foreach (byte[] kept in corpus(name))
            {
                Try(_pipelines.Count - 1, kept);
            }
        }
    }

    /// <summary>The pipelines of every test of frames, and more.</summary>
    public static string[] Pipelines { get; } = [.. FramePipelines.Names.Union(_combined)];

    /// <summary>Mutants opened so far; read by the thread that watches for a hang.</summary>
    public long Done => Interlocked.Read(ref _done);

    public long Resealed => _mutator.Resealed;

    /// <summary>Mutants that were taken, seeds and corpus not counted.</summary>
    public long Taken { get; private set; }

    /// <summary>The mutant that is being opened.</summary>
    public (string Pipeline, byte[] Frame) Current { get; private set; }

    /// <summary>A mutant for each thing that the pipelines' parsers were seen to do.</summary>
    public IEnumerable<(string Pipeline, string Shape, byte[] Frame)> Found =>
        _pipelines.SelectMany(p => p.Found.Select(f => (p.Target.Name, f.Key, f.Value)));

    /// <summary>Opens mutants, pipeline after pipeline in turn.</summary>
    public void Run(long count)
    {
        for (long i = 0; i < count; i++)
        {
            int p = (int)(i % _pipelines.Count);
            List<byte[]> frames = _pipelines[p].Frames;

            // One splice in eight takes from another pipeline.
            List<byte[]> others = _mutator.Below(8) == 0 ? _pipelines[_mutator.Below(_pipelines.Count)].Frames : frames;
            if (IsTaken(Try(p, _mutator.Mutate(frames[_mutator.Below(frames.Count)], others[_mutator.Below(others.Count)]))))
            {
                Taken++;
            }

            Interlocked.Increment(ref _done);
        }
    }

    public void Dispose()
    {
        foreach ((FuzzTarget target, _, _) in _pipelines)
        {
            target.Dispose();
        }

        _device.Dispose();
    }

    private static bool IsTaken(string shape) => shape.StartsWith("taken", StringComparison.Ordinal);

    private string Try(int pipeline, byte[] frame)
    {
        (FuzzTarget target, List<byte[]> frames, Dictionary<string, byte[]> found) = _pipelines[pipeline];
        Current = (target.Name, frame);
        string shape;
        try
        {
            shape = target.Check(frame);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"'{target.Name}' {Convert.ToHexString(frame)}: {e.Message}", e);
        }

        if (!found.TryGetValue(shape, out byte[]? shortest))
        {
            frames.Add(frame);
        }

        if (shortest is null || frame.Length < shortest.Length)
        {
            found[shape] = frame;
        }

        return shape;
    }
}
