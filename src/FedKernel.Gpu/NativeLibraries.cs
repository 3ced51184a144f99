// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace FedKernel.Gpu;

/// <summary>The driver libraries under the names that an installed driver has.</summary>
/// <remarks>
/// ILGPU asks for <c>libcuda.so</c> and <c>libOpenCL.so</c>, which only development packages bring, and takes their absence for
/// the absence of devices.
/// </remarks>
internal static class NativeLibraries
{
    private static readonly string[] _cudaNames = ["libcuda.so.1", "nvcuda.dll"];
    private static readonly string[] _openClNames = ["libOpenCL.so.1", "OpenCL.dll"];

    // The static constructor runs once: two handlers would do no harm, but one is enough.
    static NativeLibraries()
    {
        // Not the default context: hosted from C, the assemblies lie in one of their own. ILGPU sets a resolver of its own for
        // WSL, and the runtime takes only one of those for each assembly, hence the event.
        Assembly ilgpu = typeof(ILGPU.Context).Assembly;
        AssemblyLoadContext.GetLoadContext(ilgpu)!.ResolvingUnmanagedDll += (assembly, name) =>
            assembly != ilgpu ? 0 : name switch
            {
                "cuda" or "libcuda" or "nvcuda" => Load(_cudaNames),
                "OpenCL" or "libOpenCL" => Load(_openClNames),
                _ => 0,
            };
    }

    /// <summary>True if an NVIDIA driver is installed.</summary>
    public static bool HasCuda => Cuda != 0;

    /// <summary>The NVIDIA driver; 0 if there is none.</summary>
    public static nint Cuda => Load(_cudaNames);

    /// <summary>True if a loader of OpenCL drivers is installed.</summary>
    public static bool HasOpenCl => Load(_openClNames) != 0;

    private static nint Load(string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
