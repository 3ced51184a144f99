// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FedKernel.Instruments.Benchmarks.Limits;

/// <summary>
/// <c>bench/limits/limits.c</c>, compiled for this processor when it is opened. Without a compiler there is memcpy of the C
/// library and nothing else, and <see cref="Note"/> says so.
/// </summary>
/// <remarks>One at a time in a process: the threads of the C code are its own. Not thread-safe.</remarks>
internal sealed unsafe partial class LimitLibrary : IDisposable
{
    private static readonly TimeSpan _mostCompileTime = TimeSpan.FromSeconds(30);

    private readonly delegate* unmanaged<int, int, float**, float*, long, float*, long, float, double> _run;
    private readonly delegate* unmanaged<void> _close;
    private readonly nint _library;
    private bool _disposed;

    private LimitLibrary(string note) => Note = note;

    private LimitLibrary(nint library, int threads, string note)
    {
        _library = library;
        _run = (delegate* unmanaged<int, int, float**, float*, long, float*, long, float, double>)
            NativeLibrary.GetExport(library, "fk_limits_run");
        _close = (delegate* unmanaged<void>)NativeLibrary.GetExport(library, "fk_limits_close");
        ThreadCount = ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "fk_limits_open"))(threads);
        Note = note;
    }

    /// <summary>What the limits rest on, for the report.</summary>
    public string Note { get; }

    /// <summary>Threads that the loops run on where all run; 1 without a compiler.</summary>
    public int ThreadCount { get; } = 1;

    /// <summary>True if every loop is there; otherwise only <see cref="LimitLoop.CopyMemcpy"/> on one thread.</summary>
    public bool IsCompiled => _library != 0;

    /// <summary>Compiles and loads.</summary>
    /// <param name="threads">Threads of a loop that runs on all, 1 to 1024.</param>
    /// <param name="compiler">The C compiler to call.</param>
    public static LimitLibrary Open(int threads, string compiler = "cc")
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fedkernel-limits-");
        try
        {
            string source = Path.Combine(folder.FullName, "limits.c"), library = Path.Combine(folder.FullName, "limits.so");
            using (Stream resource = typeof(LimitLibrary).Assembly.GetManifestResourceStream("limits.c")!)
            using (FileStream file = File.Create(source))
            {
                resource.CopyTo(file);
            }

            string[] arguments = ["-O3", "-march=native", "-shared", "-fPIC", "-pthread", "-o", library, source, "-lm"];
            if (Compile(compiler, arguments) is { } failure)
            {
                return new LimitLibrary($"limit: memcpy only, {failure}");
            }

            // Loaded code stays when its file goes.
            return new LimitLibrary(NativeLibrary.Load(library), threads, $"limit: {compiler} -O3 -march=native");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs a loop.</summary>
    /// <param name="loop">Which.</param>
    /// <param name="all">On all threads, or on the caller's.</param>
    /// <param name="rows">Sources, each on a multiple of 64 bytes.</param>
    /// <param name="weights">One for each row, or null for a loop without weights.</param>
    /// <param name="rowCount">Rows.</param>
    /// <param name="destination">Where the loop writes, on a multiple of 64 bytes.</param>
    /// <param name="n">float32 elements, a multiple of 16.</param>
    /// <param name="factor">For loops that have one.</param>
    /// <returns>What a loop that reads has found.</returns>
    public double Run(
        LimitLoop loop, bool all, float** rows, float* weights, long rowCount, float* destination, long n, float factor = 1)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsCompiled)
        {
            return _run((int)loop, all ? 1 : 0, rows, weights, rowCount, destination, n, factor);
        }

        if (loop != LimitLoop.CopyMemcpy || all)
        {
            throw new NotSupportedException($"{loop}: {Note}.");
        }

        memcpy(destination, rows[0], checked((nuint)n * sizeof(float)));
        return 0;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (IsCompiled)
        {
            _close();
            NativeLibrary.Free(_library);
        }
    }

    private static string? Compile(string compiler, string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(compiler, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(_mostCompileTime))
            {
                process.Kill(entireProcessTree: true);
                return $"the C compiler took more than {_mostCompileTime.TotalSeconds} s";
            }

            Task.WaitAll(error, output);
            return process.ExitCode == 0 ? null : $"the C compiler refused: {error.Result.Split('\n')[0]}";
        }
        catch (Win32Exception)
        {
            return "no C compiler";
        }
    }

    [LibraryImport("libc", EntryPoint = "memcpy")]
    private static partial void* memcpy(void* destination, void* source, nuint bytes);
}
