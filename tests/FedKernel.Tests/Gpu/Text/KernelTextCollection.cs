// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>Test classes that read the texts, one after another: each is compiled once.</summary>
[CollectionDefinition(nameof(KernelTextCollection))]
public sealed class KernelTextCollection : ICollectionFixture<KernelTexts>;
