// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>Test classes that share open devices, one class after another: compiling kernels is what takes time.</summary>
[CollectionDefinition(nameof(GpuCollection))]
public sealed class GpuCollection : ICollectionFixture<GpuDevices>;
