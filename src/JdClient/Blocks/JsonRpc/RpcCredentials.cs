using System.Text;
using JdClient.Configuration;

namespace JdClient.Blocks.JsonRpc;

/// <summary>What proves to a node who we are: its cookie, read anew each time because each start of the node makes another, or a
/// user with a password.</summary>
internal sealed class RpcCredentials(BlockSubmitConfiguration target)
{
    /// <summary>A cookie has about 75 bytes; a file that is larger is something else.</summary>
    private const int MaxCookieLength = 1024;

    /// <summary>Where they stand in the configuration, for messages.</summary>
    internal string Source => target.CookieFile is { } file ? $"cookie_file {file}" : "user and password of [[block_submit]]";

    /// <summary>The value of an <c>Authorization</c> header of the scheme Basic.</summary>
    /// <exception cref="RpcException">The cookie cannot be had.</exception>
    internal string Read()
    {
        string pair = target.CookieFile is { } file ? ReadCookie(file) : $"{target.User}:{target.Password?.Reveal()}";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
    }

    private static string ReadCookie(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            byte[] bytes = new byte[MaxCookieLength];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            string text = Encoding.UTF8.GetString(bytes, 0, length).Trim();
            return length < MaxCookieLength && text.Contains(':', StringComparison.Ordinal)
                ? text
                : throw new RpcException($"cookie_file {file} is no cookie of Bitcoin Core", RpcFailure.Refused);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RpcException(
                $"cookie_file {file} cannot be read: {exception.Message} (is the node running, and may this account read it?)",
                RpcFailure.Refused);
        }
    }
}
