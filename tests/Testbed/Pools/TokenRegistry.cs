using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Testbed.Pools;

/// <summary>What has become of a token.</summary>
internal enum TokenState
{
    Allocated,
    Declaring,
    Declared,
    Used,
}

/// <summary>One token. Fields belong to the registry's lock.</summary>
internal sealed class Token
{
    public required byte[] Value { get; init; }

    /// <summary>The job declarator connection it was given to.</summary>
    public required long Connection { get; init; }

    /// <summary>Whether that connection promised to declare transactions.</summary>
    public required bool FullTemplate { get; init; }

    public required string UserIdentifier { get; init; }

    public required DateTimeOffset Expires { get; init; }

    public TokenState State { get; set; }

    public DeclaredJob? Job { get; init; }
}

/// <summary>Tokens are given to one connection, work once and for a time.</summary>
internal sealed class TokenRegistry(PoolBackendOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Token> _tokens = [];
    private readonly byte[] _tag = RandomNumberGenerator.GetBytes(4);
    private ulong _last;

    public Token Allocate(long connection, bool fullTemplate, string userIdentifier)
    {
        lock (_lock)
        {
            return Add(new Token
            {
                Value = NextValue(),
                Connection = connection,
                FullTemplate = fullTemplate,
                UserIdentifier = userIdentifier,
                Expires = time.GetUtcNow() + options.TokenLifetime,
            });
        }
    }

    /// <summary>Takes an allocated token for a declaration on its own connection; null when it is not good for that.</summary>
    public Token? BeginDeclaration(ReadOnlySpan<byte> value, long connection)
    {
        lock (_lock)
        {
            if (Find(value) is not { State: TokenState.Allocated } token || token.Connection != connection)
                return null;
            token.State = TokenState.Declaring;
            return token;
        }
    }

    /// <summary>The declaration failed: its token is spent.</summary>
    public void Spend(Token token)
    {
        lock (_lock)
            token.State = TokenState.Used;
    }

    /// <summary>The declaration is valid: a new token stands for it.</summary>
    public Token FinishDeclaration(Token token, DeclaredJob job)
    {
        lock (_lock)
        {
            token.State = TokenState.Used;
            return Add(new Token
            {
                Value = NextValue(),
                Connection = token.Connection,
                FullTemplate = true,
                UserIdentifier = token.UserIdentifier,
                Expires = time.GetUtcNow() + options.DeclaredTokenLifetime,
                State = TokenState.Declared,
                Job = job,
            });
        }
    }

    /// <summary>Uses a token for a custom job: the token, or the error code.</summary>
    public (Token? Token, string? Error) Use(ReadOnlySpan<byte> value)
    {
        lock (_lock)
        {
            if (Find(value) is not { } token || token.State == TokenState.Used)
                return (null, "invalid-mining-job-token");
            if (token.State == TokenState.Declaring || (token.FullTemplate && token.State == TokenState.Allocated))
                return (null, "job-not-yet-validated");
            token.State = TokenState.Used;
            return (token, null);
        }
    }

    private Token? Find(ReadOnlySpan<byte> value)
    {
        Token? token = _tokens.GetValueOrDefault(Convert.ToHexString(value));
        return token is not null && token.Expires > time.GetUtcNow() ? token : null;
    }

    private Token Add(Token token)
    {
        if (_tokens.Count >= 4096)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (string old in _tokens.Where(pair => pair.Value.State == TokenState.Used || pair.Value.Expires <= now).Select(pair =>
                pair.Key).ToList())
                _tokens.Remove(old);
        }

        _tokens[Convert.ToHexString(token.Value)] = token;
        return token;
    }

    private byte[] NextValue()
    {
        var value = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(value, ++_last);
        _tag.CopyTo(value, 8);
        return value;
    }
}
