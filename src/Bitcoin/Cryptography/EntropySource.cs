namespace Bitcoin.Cryptography;

/// <summary>
/// Fills the whole span with uniformly random bytes. The pure projects draw no randomness of their own: a daemon passes
/// <c>RandomNumberGenerator.Fill</c>, a test passes fixed bytes.
/// </summary>
/// <param name="destination">What to fill.</param>
public delegate void EntropySource(Span<byte> destination);
