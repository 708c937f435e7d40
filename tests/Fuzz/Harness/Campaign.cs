using Xunit;
using Xunit.Sdk;

namespace Fuzz.Harness;

/// <summary>
/// What may be allocated for one input, in bytes: so much anyway, and so much for each byte of it. A decoder that
/// allocates what a length field names goes beyond it.
/// </summary>
internal readonly record struct Allowance(long Fixed, long PerByte);

/// <summary>Runs one decoder over many inputs that follow from the seed alone.</summary>
internal static class Campaign
{
    /// <summary>Inputs for each decoder.</summary>
    internal const int Inputs = 10_000;

    /// <summary>Feeds bytes: the seeds as they are, then <see cref="Inputs"/> mutated ones.</summary>
    /// <typeparam name="T">What the decoder makes of an input it accepts.</typeparam>
    /// <param name="seeds">Valid inputs, of which every one must be accepted.</param>
    /// <param name="decode">The decoder; null where it refuses. It may not throw.</param>
    /// <param name="allowance">What it may allocate.</param>
    /// <param name="check">What must hold for an accepted input, such as encoding to the same bytes.</param>
    /// <param name="inputs">How many; fewer than <see cref="Inputs"/> only where a decoder runs in several campaigns.</param>
    internal static void OverBytes<T>(
        IReadOnlyList<byte[]> seeds, Func<byte[], T?> decode, Allowance allowance, Action<byte[], T> check, int inputs = Inputs)
        where T : class => Run(
            seeds, random => Mutator.Bytes(random, seeds), decode, allowance, check, inputs, static input => input.Length, Show);

    /// <summary>The same for text.</summary>
    internal static void OverText<T>(
        IReadOnlyList<string> seeds, string alphabet, Func<string, T?> decode, Allowance allowance, Action<string, T> check)
        where T : class => Run(
            seeds, random => Mutator.Text(random, seeds, alphabet), decode, allowance, check, Inputs, static input => input.Length, Show);

    private static void Run<TInput, T>(
        IReadOnlyList<TInput> seeds,
        Func<SeededRandom, TInput> generate,
        Func<TInput, T?> decode,
        Allowance allowance,
        Action<TInput, T> check,
        int inputs,
        Func<TInput, int> length,
        Func<TInput, string> show)
        where T : class
    {
        foreach (TInput seed in seeds)
        {
            T? value = decode(seed);
            Assert.True(value is not null, $"a valid seed is refused: {show(seed)}");
            check(seed, value);
        }

        int refused = 0;
        for (int number = 0; number < inputs; number++)
        {
            TInput input = generate(new SeededRandom((ulong)number));
            try
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                T? value = decode(input);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                long allowed = allowance.Fixed + (allowance.PerByte * length(input));
                Assert.True(allocated <= allowed, $"{allocated} bytes allocated for an input of {length(input)}, {allowed} are allowed");
                if (value is null)
                    refused++;
                else
                    check(input, value);
            }
            catch (Exception exception)
            {
                throw new XunitException($"input {number}: {exception.Message}\n{show(input)}", exception);
            }
        }

        Assert.True(refused > inputs / 20, $"only {refused} of {inputs} mutated inputs were refused: the mutations miss the decoder");
    }

    private static string Show(byte[] input) => input.Length <= 2000
        ? Convert.ToHexStringLower(input)
        : $"{Convert.ToHexStringLower(input.AsSpan(0, 2000))}… ({input.Length} bytes)";

    private static string Show(string input) => System.Text.Json.JsonSerializer.Serialize(input);
}
