// SPDX-License-Identifier: Apache-2.0
// DLPack · dmlc/dlpack, include/dlpack/dlpack.h, struct DLTensor of version 1: the shape in which array libraries lend each other
// memory without a copy. Names and codes are those of the header.
namespace FedKernel.Gpu;

/// <summary>Where the memory of a tensor lies: DLDeviceType.</summary>
public enum DlpackDeviceType
{
    /// <summary>kDLCPU: an address of the process.</summary>
    Cpu = 1,

    /// <summary>kDLCUDA: an address of a GPU, in its primary context.</summary>
    Cuda = 2,

    /// <summary>kDLOpenCL: a cl_mem.</summary>
    OpenCl = 4,
}

/// <summary>What the elements are: DLDataTypeCode.</summary>
public enum DlpackTypeCode
{
    /// <summary>kDLInt</summary>
    Int = 0,

    /// <summary>kDLUInt</summary>
    UInt = 1,

    /// <summary>kDLFloat: IEEE 754.</summary>
    Float = 2,

    /// <summary>kDLBfloat</summary>
    BFloat = 4,
}

/// <summary>A view of memory in the shape of DLPack's DLTensor. It owns nothing.</summary>
public sealed class DlpackTensor
{
    /// <summary>data: an address of the device, or a cl_mem.</summary>
    public required nint Data { get; init; }

    /// <summary>device.device_type</summary>
    public required DlpackDeviceType DeviceType { get; init; }

    /// <summary>device.device_id: the number of the GPU, as in <c>cuda:0</c>.</summary>
    public required int DeviceId { get; init; }

    /// <summary>dtype.code</summary>
    public required DlpackTypeCode TypeCode { get; init; }

    /// <summary>dtype.bits: bits of an element.</summary>
    public required int Bits { get; init; }

    /// <summary>dtype.lanes: 1, or the elements of a packed vector type.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>shape; its length is ndim. A shape without extents is one element.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>strides in elements, as many as extents; null if the tensor is compact and row-major.</summary>
    public IReadOnlyList<long>? Strides { get; init; }

    /// <summary>byte_offset: where the first element lies after <see cref="Data"/>.</summary>
    public long ByteOffset { get; init; }

    /// <summary>Elements: the product of the extents.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative, or the product leaves int64.</exception>
    public long Length
    {
        get
        {
            Int128 length = 1;
            foreach (long extent in Shape)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(Shape));
                length *= extent;
                ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue, nameof(Shape));
            }

            return (long)length;
        }
    }

    /// <summary>True if the elements lie one after another in row-major order.</summary>
    public bool IsCompact
    {
        get
        {
            if (Strides is null)
            {
                return true;
            }

            long expected = 1;
            for (int i = Shape.Count - 1; i >= 0; i--)
            {
                // The stride of a single element is never used.
                if (Shape[i] != 1 && Strides[i] != expected)
                {
                    return Length == 0;
                }

                expected *= Shape[i];
            }

            return true;
        }
    }
}
