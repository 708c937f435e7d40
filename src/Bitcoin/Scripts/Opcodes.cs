namespace Bitcoin;

/// <summary>The opcodes this project writes or looks for.</summary>
public static class Opcodes
{
    /// <summary>OP_0: pushes an empty item.</summary>
    public const byte Zero = 0x00;

    /// <summary>The greatest opcode that is itself the length of its push.</summary>
    public const byte MaxDirectPush = 0x4b;

    /// <summary>OP_PUSHDATA1.</summary>
    public const byte PushData1 = 0x4c;

    /// <summary>OP_PUSHDATA2.</summary>
    public const byte PushData2 = 0x4d;

    /// <summary>OP_PUSHDATA4.</summary>
    public const byte PushData4 = 0x4e;

    /// <summary>OP_1NEGATE.</summary>
    public const byte OneNegate = 0x4f;

    /// <summary>OP_1.</summary>
    public const byte One = 0x51;

    /// <summary>OP_16.</summary>
    public const byte Sixteen = 0x60;

    /// <summary>OP_RETURN.</summary>
    public const byte Return = 0x6a;

    /// <summary>OP_DUP.</summary>
    public const byte Dup = 0x76;

    /// <summary>OP_EQUAL.</summary>
    public const byte Equal = 0x87;

    /// <summary>OP_EQUALVERIFY.</summary>
    public const byte EqualVerify = 0x88;

    /// <summary>OP_NUMEQUAL.</summary>
    public const byte NumEqual = 0x9c;

    /// <summary>OP_HASH160.</summary>
    public const byte Hash160 = 0xa9;

    /// <summary>OP_CHECKSIG.</summary>
    public const byte CheckSig = 0xac;

    /// <summary>OP_CHECKSIGVERIFY.</summary>
    public const byte CheckSigVerify = 0xad;

    /// <summary>OP_CHECKMULTISIG.</summary>
    public const byte CheckMultiSig = 0xae;

    /// <summary>OP_CHECKMULTISIGVERIFY.</summary>
    public const byte CheckMultiSigVerify = 0xaf;

    /// <summary>OP_CHECKSIGADD (BIP342).</summary>
    public const byte CheckSigAdd = 0xba;

    /// <summary>OP_1 to OP_16.</summary>
    public static bool IsSmallNumber(byte opcode) => opcode is >= One and <= Sixteen;
}
