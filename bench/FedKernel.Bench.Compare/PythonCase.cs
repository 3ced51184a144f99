// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Bench.Compare;

/// <summary>A piece of work of the worker, timed inside it.</summary>
/// <param name="name">CASE~PEER, as the samples are named.</param>
/// <param name="operation">As the worker names it.</param>
/// <param name="worker">Where it runs.</param>
/// <param name="check">What the worker found → null, or what is wrong.</param>
internal sealed class PythonCase(string name, string operation, PythonWorker worker, Func<double[], string?> check) : TimedCase(name)
{
    private readonly JsonObject _request = new() { ["op"] = "run", ["name"] = operation };
    private double[] _found = [];
    private double _seconds;

    public override bool IsRepeatable => false;

    public override double? OwnSeconds => _seconds;

    public override void Invoke()
    {
        JsonNode answer = worker.Ask(_request);
        _seconds = (double)answer["seconds"]!;
        _found = [.. answer["found"]!.AsArray().Select(v => (double)v!)];
    }

    public override string? Check() => check(_found);
}
