
namespace Testbed.Tests.Support;

internal static class Hex
{
    /// <summary>A hash from the order in which people write it.</summary>
    public static U256 Hash(string text) => U256.FromLittleEndian(Convert.FromHexString(text).Reverse().ToArray());
}
