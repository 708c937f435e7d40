namespace Bitcoin;

/// <summary>Which keys a script may have.</summary>
internal enum KeyRules
{
    /// <summary>Compressed and uncompressed ones: bare scripts and P2SH.</summary>
    Legacy,

    /// <summary>Compressed ones: SegWit version 0 (BIP143).</summary>
    SegwitV0,

    /// <summary>x-only ones; of a compressed one the first byte is dropped: taproot.</summary>
    Taproot,
}
