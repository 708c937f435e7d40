namespace Capnp;

/// <summary>
/// The bytes of a message are not valid Cap'n Proto, or pass a limit. The only exception reading a message can cause; it is
/// caught where a message enters: by the RPC connection for its own, by the caller of a method for a result.
/// </summary>
public sealed class CapnpFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, for the log.</param>
    public CapnpFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception without a reason.</summary>
    public CapnpFormatException()
        : this("malformed Cap'n Proto message")
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    /// <param name="message">What is wrong, for the log.</param>
    /// <param name="innerException">The cause.</param>
    public CapnpFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
