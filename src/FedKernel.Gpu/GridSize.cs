// SPDX-License-Identifier: Apache-2.0
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace FedKernel.Gpu;

/// <summary>How large the grids of a device are: drivers do any work on any grid, but not as fast.</summary>
internal static class GridSize
{
    // A GPU holds some eight groups of 256 threads on a multiprocessor; twice as many even out what ends early, and each thread
    // has several steps, which the drivers take four at a time.
    private const int GroupsPerMultiprocessor = 16;

    // A processor that poses as a GPU runs the threads of a group one after another: one that strides over the vector would leave
    // the cache at each step. One step a thread; 2²² groups of 256 are below the 2³¹ threads that ILGPU counts in an int32.
    private const int OneStepEach = 1 << 22;

    /// <summary>Groups of the largest grid by default.</summary>
    public static int MostGroups(Accelerator accelerator) => accelerator switch
    {
        { AcceleratorType: AcceleratorType.CPU } => accelerator.NumMultiprocessors,
        CLAccelerator { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU } => OneStepEach,
        _ => GroupsPerMultiprocessor * accelerator.NumMultiprocessors,
    };
}
