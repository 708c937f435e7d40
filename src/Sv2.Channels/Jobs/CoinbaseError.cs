namespace Sv2.Channels;

/// <summary>Why no coinbase can be made of a template, reward outputs, tag and extranonce grant.</summary>
public enum CoinbaseError
{
    /// <summary>It can.</summary>
    None,

    /// <summary>The reward outputs after the first one ask for more than the template leaves.</summary>
    RewardsExceedValue,

    /// <summary>Template outputs are not as many well-formed outputs as the template says.</summary>
    BadTemplateOutputs,

    /// <summary>The tag's push is longer than 61 bytes.</summary>
    TagTooLong,

    /// <summary>The scriptSig would be longer than consensus allows (100 bytes).</summary>
    ScriptSigTooLong,

    /// <summary>Upstream prefix and granted bytes are more than 32.</summary>
    ExtranonceTooLong,

    /// <summary>The witness reserved value is not 32 bytes long (BIP 141).</summary>
    BadWitnessReservedValue,

    /// <summary>The coinbase does not fit the protocol's 65,535 bytes.</summary>
    TooLarge,
}
