using Bitcoin.Cryptography;
using Fuzz.Harness;
using Sv2.Noise;

namespace Fuzz.Decoders;

/// <summary>Both sides of a handshake with fixed keys.</summary>
internal static class HandshakeSamples
{
    internal const long Now = 1_790_000_000;

    internal static NoiseResponderIdentity Identity() =>
        new([.. new byte[31], 7], EllSwiftKeyPair.Generate(new SeededRandom(9).Fill), validitySeconds: 3600);

    internal static NoiseInitiator Initiator(NoiseResponderIdentity identity) =>
        NoiseInitiator.Start(new SeededRandom(12).Fill, identity.AuthorityKey);
}
