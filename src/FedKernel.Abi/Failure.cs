// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Abi;

/// <summary>
/// Where an exception ends: it becomes a status and a text of the thread. Whatever escaped would abort the host.
/// </summary>
internal static class Failure
{
    [ThreadStatic]
    private static string? _text;

    /// <summary>The text of the last failure on this thread.</summary>
    public static string Text => _text ?? "";

    /// <summary>Keeps the text of an exception and gives its status.</summary>
    public static Status From(Exception exception)
    {
        Status status = StatusOf(exception);
        return From(status, status == Status.Internal ? $"{exception.GetType().Name}: {exception.Message}" : exception.Message);
    }

    /// <summary>Keeps a text and gives the status back.</summary>
    public static Status From(Status status, string text)
    {
        _text = text;
        return status;
    }

    private static Status StatusOf(Exception exception) => exception switch
    {
        InvalidHandleException => Status.InvalidHandle,
        ArgumentException => Status.InvalidArgument,
        OutOfMemoryException or DeviceException { InnerException: OutOfMemoryException } => Status.OutOfMemory,
        DeviceException => Status.Device,
        DataFormatException => Status.Data,
        ProtocolException => Status.Protocol,
        PrivacyBudgetException => Status.PrivacyBudget,
        _ => Status.Internal,
    };
}
