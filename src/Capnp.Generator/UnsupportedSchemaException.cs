namespace Capnp.Generator;

/// <summary>The schema uses something no schema of this repository uses and the generator therefore does not know.</summary>
public sealed class UnsupportedSchemaException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is not known and where.</param>
    public UnsupportedSchemaException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception without a reason.</summary>
    public UnsupportedSchemaException()
        : this("unsupported schema")
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    /// <param name="message">What is not known and where.</param>
    /// <param name="innerException">The cause.</param>
    public UnsupportedSchemaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
