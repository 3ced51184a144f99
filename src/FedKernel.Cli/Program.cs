// SPDX-License-Identifier: Apache-2.0
return FedKernel.Cli.App.Run(args, Console.Out, Console.Error);
