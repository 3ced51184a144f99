// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>
/// One kernel of the registry: how to run it, and a plain reference of its own. A package with kernels adds its cases to
/// <see cref="KernelValidationOptions.Cases"/>.
/// </summary>
public abstract class KernelCase
{
    /// <summary>Describes a kernel.</summary>
    /// <param name="name">Stable, lower case: <c>axpy</c>, <c>gaussian_noise.chacha20</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="maxUlp">The bound that it declares, at least 0.</param>
    /// <param name="kernel">Its type.</param>
    protected KernelCase(string name, string shape, int maxUlp, Type kernel)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(kernel);
        Throw.IfNotInRange(maxUlp, 0, int.MaxValue);
        (Name, Shape, MaxUlp, Kernel) = (name, shape, maxUlp, kernel);
    }

    /// <summary>Stable name.</summary>
    public string Name { get; }

    /// <summary>Its shape.</summary>
    public string Shape { get; }

    /// <summary>The bound that it declares, in units in the last place of float32.</summary>
    public int MaxUlp { get; }

    /// <summary>The kernel's type, by which a test knows that none is missing.</summary>
    public Type Kernel { get; }

    /// <summary>Runs the kernel once and compares with the reference.</summary>
    /// <param name="trial">Gives device, length and inputs, and takes results.</param>
    public abstract void Run(KernelTrial trial);
}
