// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace FedKernel.Tests.Readme;

/// <summary>Tests that change the working directory of the process run alone.</summary>
[CollectionDefinition("working directory", DisableParallelization = true)]
public sealed class WorkingDirectory;
