// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;

namespace FedKernel.Gpu;

/// <summary>What ILGPU says while it loads a kernel: the messages of an OpenCL compiler reach nothing but the trace.</summary>
internal sealed class BuildLog : TraceListener
{
    private readonly StringBuilder _text = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public BuildLog() => Trace.Listeners.Add(this);

    /// <summary>The messages of this thread so far.</summary>
    public string Text => _text.ToString();

    public override void Write(string? message)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            _text.Append(message);
        }
    }

    public override void WriteLine(string? message) => Write(message + Environment.NewLine);

    protected override void Dispose(bool disposing)
    {
        Trace.Listeners.Remove(this);
        base.Dispose(disposing);
    }
}
