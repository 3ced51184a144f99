// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedKernel.Bench.Compare;

/// <summary>Python with NumPy in a process of its own that lives as long as the comparison, driven line by line.</summary>
internal sealed class PythonWorker : IDisposable
{
    private static readonly TimeSpan _mostAnswer = TimeSpan.FromMinutes(2);

    // The first may be one of somebody's environments, without NumPy.
    private static readonly string[] _pythons = ["python3", "/usr/bin/python3"];

    private readonly Process _process;

    private PythonWorker(Process process, JsonNode hello)
    {
        _process = process;
        Python = (string)hello["python"]!;
        NumPy = (string)hello["numpy"]!;
        Torch = (string?)hello["torch"];
        DpAccounting = (string)hello["dp_accounting"]!;
        Operations = hello["operations"]!.AsArray().Select(o => (string)o!).ToHashSet();
    }

    public string Python { get; }

    public string NumPy { get; }

    /// <summary>Version of PyTorch; null if it is not installed.</summary>
    public string? Torch { get; }

    /// <summary>Version of dp_accounting, or that it cannot be imported.</summary>
    public string DpAccounting { get; }

    /// <summary>CASE~PEER of everything that the worker can do.</summary>
    public IReadOnlySet<string> Operations { get; }

    /// <summary>Starts the worker; null if there is no Python with NumPy.</summary>
    public static PythonWorker? Start()
    {
        foreach (string python in _pythons)
        {
            var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "peers.py")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };

            // A machine's setting for tests would have BLAS compute as another processor.
            start.Environment.Remove("OPENBLAS_CORETYPE");
            start.Environment.Remove("OPENBLAS_L2_SIZE");
            Process? process = null;
            try
            {
                process = Process.Start(start)!;
                process.ErrorDataReceived += (_, _) => { };
                process.BeginErrorReadLine();
                return new PythonWorker(process, Ask(process, new JsonObject { ["op"] = "hello" }));
            }
            catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
            {
                process?.Dispose();
            }
        }

        return null;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="InvalidOperationException">The worker failed, or ended.</exception>
    public JsonNode Ask(JsonObject request) => Ask(_process, request);

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                _process.Kill();
            }
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _process.Dispose();
    }

    private static JsonNode Ask(Process process, JsonObject request)
    {
        process.StandardInput.WriteLine(request.ToJsonString());
        process.StandardInput.Flush();
        Task<string?> line = process.StandardOutput.ReadLineAsync();
        if (!line.Wait(_mostAnswer))
        {
            process.Kill();
            throw new InvalidOperationException($"Python did not answer within {_mostAnswer.TotalSeconds} s.");
        }

        JsonNode answer = JsonNode.Parse(line.Result ?? throw new InvalidOperationException("Python has ended."))
            ?? throw new JsonException("Python answered with nothing.");
        return answer["error"] is { } error ? throw new InvalidOperationException($"Python: {error}") : answer;
    }
}
