// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;

namespace FedKernel.Gpu;

/// <summary>Compiles each (driver, kernel) once for one accelerator and keeps what starts it.</summary>
internal sealed class KernelCompiler(Accelerator accelerator, string id)
{
    private readonly Dictionary<MethodInfo, Delegate> _launchers = new();

    // The compiler of C# keeps one delegate for each place that names a driver. Asking it for its method may allocate.
    private readonly Dictionary<Delegate, Delegate> _known = new(ReferenceEqualityComparer.Instance);
    private string? _fault;

    /// <summary>What starts <paramref name="driver"/>. The caller holds the lock of the device.</summary>
    /// <exception cref="DeviceException">The kernel does not compile, or another did not before it.</exception>
    public TLauncher Load<TLauncher>(Delegate driver)
        where TLauncher : Delegate
    {
        if (_fault is not null)
        {
            // ILGPU's context is left half-built by a failed compilation; the next one would fail without a reason.
            throw new DeviceException($"'{id}' runs no more kernels since one did not compile; open it anew. {_fault}");
        }

        if (!_known.TryGetValue(driver, out Delegate? known))
        {
            _known[driver] = known = Find<TLauncher>(driver.Method);
        }

        return (TLauncher)known;
    }

    private Delegate Find<TLauncher>(MethodInfo method)
        where TLauncher : Delegate
    {
        if (_launchers.TryGetValue(method, out Delegate? known))
        {
            return known;
        }

        using var log = new BuildLog();
        try
        {
            CompiledKernel compiled = Compile(accelerator.GetBackend(), method);
            var launcher = accelerator.LoadKernel(compiled).CreateLauncherDelegate<TLauncher>();
            _launchers[method] = launcher;
            return launcher;
        }
        catch (Exception e)
        {
            _fault = $"{method.DeclaringType?.Name}.{method.Name} for "
                + $"{string.Join(", ", method.GetGenericArguments().Select(t => t.ToString()))}: {Innermost(e).Message} {log.Text}";
            throw new DeviceException($"'{id}' cannot compile {_fault}", e);
        }
    }

    /// <summary>Compiles a driver, and forbids every later compiler to fuse a product with a sum or to reckon without overflow.</summary>
    internal static CompiledKernel Compile(Backend backend, MethodInfo method)
    {
        CompiledKernel kernel = backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), default);
        switch (kernel)
        {
            case PTXCompiledKernel ptx:
                Replace(ptx, nameof(ptx.PTXAssembly), Unfused.Ptx(ptx.PTXAssembly));
                break;
            case CLCompiledKernel cl:
                Replace(cl, nameof(cl.Source), Unfused.OpenCl(Wrapping.OpenCl(cl.Source)));
                break;
        }

        return kernel;
    }

    // ILGPU has no way to change the text between its two halves; the property has no setter.
    private static void Replace(CompiledKernel kernel, string property, string text)
    {
        FieldInfo field = kernel.GetType().GetField(
            $"<{property}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new UnreachableException($"ILGPU's {kernel.GetType().Name}.{property} has another form than in 1.5.3.");
        field.SetValue(kernel, text);
    }

    private static Exception Innermost(Exception e) => e.InnerException is null ? e : Innermost(e.InnerException);
}
