namespace Capnp;

/// <summary>How a list stores its elements; the number on the wire.</summary>
public enum ElementSize
{
    /// <summary>No bits at all.</summary>
    Void = 0,

    /// <summary>One bit.</summary>
    Bit = 1,

    /// <summary>One byte.</summary>
    Byte = 2,

    /// <summary>Two bytes.</summary>
    TwoBytes = 3,

    /// <summary>Four bytes.</summary>
    FourBytes = 4,

    /// <summary>Eight bytes.</summary>
    EightBytes = 5,

    /// <summary>One pointer.</summary>
    Pointer = 6,

    /// <summary>A struct; its shape stands in a tag word before the elements.</summary>
    Composite = 7,
}
