// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Updates;

/// <summary>An update that can be read window by window, more than once: a file, or a store of the host.</summary>
public interface IUpdateSource
{
    /// <summary>Number of elements.</summary>
    long Length { get; }

    /// <summary>destination[i] = element start + i.</summary>
    void Read(Span<float> destination, long start);
}
