using Fuzz.Harness;
using Sv2.Noise;
using Xunit;

namespace Fuzz.Decoders;

/// <summary>A class of its own, so that the two acts, both slow, run side by side.</summary>
public sealed class HandshakeSecondActTests
{
    /// <summary>Of all answers only the genuine one is accepted.</summary>
    [Fact]
    public void Second_act()
    {
        using NoiseResponderIdentity identity = HandshakeSamples.Identity();
        using NoiseInitiator seedInitiator = HandshakeSamples.Initiator(identity);
        var genuine = new byte[NoiseHandshake.Act2Size];
        Assert.True(NoiseResponder.TryRespond(
            identity, seedInitiator.Act1, HandshakeSamples.Now, new SeededRandom(13).Fill, genuine, out NoiseSession? server, out _));
        server.Dispose();
        Campaign.OverBytes(
            [genuine],
            input =>
            {
                using NoiseInitiator initiator = HandshakeSamples.Initiator(identity);
                bool finished = initiator.TryFinish(input, HandshakeSamples.Now, out NoiseSession? session, out NoiseFailure failure);
                Assert.Equal(finished, failure.Error == NoiseError.None);
                return session;
            },
            new Allowance(64 * 1024, 8),
            (input, session) =>
            {
                Assert.Equal(genuine, input);
                session.Dispose();
            });
    }
}
