// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using FedKernel.Cli;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>A driver with a kernel of the registry that fits its shape, and with each pack of columns that it can go by.</summary>
/// <param name="Name">The driver, its pack and its kernel, as <c>MapDriver.Quads&lt;Axpy&gt;</c>.</param>
/// <param name="Method">What ILGPU compiles.</param>
internal sealed record DriverProgram(string Name, MethodInfo Method)
{
    /// <summary>The drivers: what takes views of device memory in the static classes beside <see cref="MapDriver"/>.</summary>
    public static IReadOnlyList<MethodInfo> Drivers { get; } =
    [
        .. typeof(MapDriver).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(MapDriver).Namespace && t.IsAbstract && t.IsSealed)
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => m.GetParameters().Any(p => HasView(p.ParameterType))),
    ];

    /// <summary>Every program, found from the registry and the drivers: a new kernel or driver is here without a line.</summary>
    public static IReadOnlyDictionary<string, DriverProgram> All { get; } = Find().ToDictionary(p => p.Name);

    /// <summary>Class and method of the driver.</summary>
    public static string DriverName(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    /// <summary>True if the kernel is a part of this program.</summary>
    public bool Has(Type kernel) => Method.GetGenericArguments().Any(a => a == kernel || a.GetGenericArguments().Contains(kernel));

    private static IEnumerable<DriverProgram> Find()
    {
        // Maps and reductions of one vector run as those of two, wrapped in a kernel that is made of a kernel.
        IEnumerable<Type> wrappers = typeof(IKernel).Assembly.GetTypes().Where(t =>
            t.IsGenericTypeDefinition && t.IsValueType && t.IsAssignableTo(typeof(IKernel))
            && t.GetGenericArguments().All(a => a.IsAssignableTo(typeof(IKernel))));
        IEnumerable<Type> parts = typeof(MapDriver).Assembly.GetTypes().Where(t => t.Namespace == typeof(MapDriver).Namespace && t.IsValueType);
        var closures = new GenericClosures([.. KernelCases.All.Select(k => k.Kernel).Distinct(), .. wrappers, .. parts]);
        return Drivers.SelectMany(closures.Close).Select(m => new DriverProgram(DriverName(m) + Arguments(m), m));
    }

    /// <summary>The arguments that were chosen; the others follow from them.</summary>
    private static string Arguments(MethodInfo method)
    {
        if (!method.IsGenericMethod)
        {
            return "";
        }

        Type[] parameters = method.GetGenericMethodDefinition().GetGenericArguments();
        return Listed(method.GetGenericArguments()
            .Where((_, k) => parameters[k].GetGenericParameterConstraints().Any(c => c.IsInterface)));
    }

    private static string Listed(IEnumerable<Type> types) => $"<{string.Join(", ", types.Select(Short))}>";

    private static string Short(Type type) => type.IsGenericType
        ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] + Listed(type.GetGenericArguments())
        : type.Name;

    private static bool HasView(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ArrayView<>) || type.GetGenericArguments().Any(HasView));
}
