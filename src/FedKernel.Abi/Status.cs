// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Abi;

/// <summary>The FK_STATUS_… of fedkernel.h. The shim answers with those that are missing here.</summary>
internal enum Status
{
    Ok = 0,
    InvalidArgument = -1,
    InvalidHandle = -2,
    OutOfMemory = -3,
    Device = -4,
    Data = -5,
    Protocol = -6,
    PrivacyBudget = -7,
    Internal = -11,
}
