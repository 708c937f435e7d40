using Fuzz.Harness;
using Sv2.Noise;
using Xunit;

namespace Fuzz.Decoders;

public sealed class HandshakeFirstActTests
{
    /// <summary>Any 64 bytes are a public key: the responder answers them, and refuses every other length.</summary>
    [Fact]
    public void First_act()
    {
        using NoiseResponderIdentity identity = HandshakeSamples.Identity();
        var act2 = new byte[NoiseHandshake.Act2Size];
        Campaign.OverBytes(
            [.. Enumerable.Range(0, 4).Select(number => new SeededRandom((ulong)number).Bytes(NoiseHandshake.Act1Size))],
            input =>
            {
                bool answered = NoiseResponder.TryRespond(
                    identity,
                    input,
                    HandshakeSamples.Now,
                    new SeededRandom(11).Fill,
                    act2,
                    out NoiseSession? session,
                    out NoiseFailure failure);
                Assert.Equal(input.Length == NoiseHandshake.Act1Size, answered);
                Assert.Equal(answered, failure.Error == NoiseError.None);
                return session;
            },
            new Allowance(64 * 1024, 8),
            static (_, session) => session.Dispose());
    }
}
